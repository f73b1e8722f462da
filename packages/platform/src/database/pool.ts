import pg from 'pg';
import { problem } from '../problems/problem.ts';
import { WrongSetting } from '../process/environment.ts';
import { notePool, type PoolVitals } from '../process/vitals.ts';
import {
  Connection,
  type Limits,
  limitOptions,
  patientLimits,
  requestLimits,
  settingFlags,
} from './connection.ts';
import { ServerWatch } from './server-watch.ts';

const dateOid = 1082;
const int8Oid = 20;
const parsers = new Map<number, (value: string) => unknown>([
  [dateOid, (value) => value],
  [int8Oid, Number],
]);

/** Callers that wait for a connection beyond this are refused at once: they would wait in vain. */
const waitingMax = 10_000;

/** Where a database is. */
export type DatabasePlace = {
  /** Its URL; asked anew for each connection where it may change. */
  url: string | (() => string);
  /**
   * Connects by TLS alone, to a server whose certificate is for its host and from one of these authorities (PEM; the
   * usual ones without).
   */
  tls?: { authorities: string | undefined } | undefined;
};

export type PoolOptions = DatabasePlace & {
  /** What its connections are for: in the metrics, and to PostgreSQL, which shows it as `application_name`. */
  name?: string;
  /** All together, with those of the pools beside it. */
  connectionsMax: number;
  /** Default: {@link requestLimits}. */
  limits?: Limits;
  /** Told of a connection that broke while nobody used it. */
  onError?: (error: Error) => void;
};

/**
 * Opens a pool. Dates stay `YYYY-MM-DD` strings, `bigint` becomes a number (identities here stay far below
 * 2^53), instants become `Date`. Throws 503 `overloaded` when too many wait for a connection, and {@link DatabaseSilent}
 * within a second when the server is frozen or cut off.
 */
export function openPool(options: PoolOptions): pg.Pool {
  const { url, tls, connectionsMax, limits = requestLimits, name = 'unnamed' } = options;
  const watch = new ServerWatch();
  const config = {
    Client: connectionsTo(url, watch),
    ...(tls ? { ssl: { ca: tls.authorities, rejectUnauthorized: true } } : {}),
    max: connectionsMax,
    application_name: name,
    ...limitOptions(limits),
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  };
  const pool = new BoundedPool(config, watch);
  pool.on('error', options.onError ?? (() => {}));
  return pool;
}

/**
 * Another pool on the database of `pool`, for work with other limits, or that shall not take the connections of
 * others. Until it ends, its share of the connections is its own: that `pool` has so many less. Throws a
 * {@link WrongSetting} where that would have none left.
 *
 * @param name what its connections are for, as `PoolOptions` has it
 * @param settings of PostgreSQL, for the pool's sessions
 */
export function poolBeside(
  pool: pg.Pool,
  options: {
    name: string;
    connectionsMax: number;
    limits: Limits;
    /** How long a connection that nobody uses is kept, in milliseconds; 10 s by default. */
    keptMs?: number;
    settings?: Record<string, string>;
    onError?: (error: Error) => void;
  },
): pg.Pool {
  if (!(pool instanceof BoundedPool)) throw new TypeError('no pool that was opened here');
  const giveBack = pool.giveAway(options.connectionsMax, options.name);
  const config = {
    ...pool.options,
    max: options.connectionsMax,
    application_name: options.name,
    ...(options.keptMs ? { idleTimeoutMillis: options.keptMs } : {}),
    ...limitOptions(options.limits),
    ...(options.settings ? { options: settingFlags(options.settings) } : {}),
  };
  const beside = new BoundedPool(config, pool.watch, giveBack);
  beside.on('error', options.onError ?? (() => {}));
  return beside;
}

/** A small pool beside another for tidying and the like: its statements may take long, and starve nobody. */
export const maintenancePool = (pool: pg.Pool): pg.Pool =>
  poolBeside(pool, { name: 'maintenance', connectionsMax: 2, limits: patientLimits });

const readingMs = 1_000;

/**
 * A connection beside a pool for what metrics ask of its database: at once or not at all. It is kept from one look to the
 * next, since making one costs more than the questions.
 */
export const readingPool = (pool: pg.Pool): pg.Pool =>
  poolBeside(pool, {
    name: 'readings',
    connectionsMax: 1,
    keptMs: 60_000,
    limits: { connectMs: readingMs, statementMs: readingMs, idleInTransactionMs: readingMs },
  });

class BoundedPool extends pg.Pool {
  readonly watch: ServerWatch;
  readonly #noted: PoolVitals;
  readonly #forget: () => void;
  readonly #giveBack: () => void;

  constructor(config: pg.PoolConfig, watch: ServerWatch, giveBack = () => {}) {
    super(config);
    this.watch = watch;
    this.#giveBack = giveBack;
    const { options } = this;
    this.#noted = {
      name: config.application_name ?? 'unnamed',
      get connectionsMax() {
        return options.max;
      },
      used: () => this.totalCount - this.idleCount,
      waiting: () => this.waitingCount,
      waits: 0,
      waitedMs: 0,
    };
    this.#forget = notePool(this.#noted);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: PoolCallback): void;
  override connect(callback?: PoolCallback) {
    const refusal = this.#refusal();
    if (!callback) {
      if (refusal) return Promise.reject(refusal);
      return this.idleCount > 0 ? super.connect() : this.#noteWait(super.connect());
    }
    if (refusal) process.nextTick(() => callback(refusal, undefined, () => {}));
    else super.connect(this.idleCount > 0 ? callback : this.#notingWait(callback));
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void) {
    if (!this.ending) {
      this.#forget();
      this.#giveBack();
    }
    return callback ? super.end(callback) : super.end();
  }

  /** Has so many connections less for `use`, until what it answers is called. */
  giveAway(connections: number, use: string): () => void {
    const { options } = this;
    if (options.max <= connections) {
      throw new WrongSetting(
        `DATABASE_CONNECTIONS is too low: ${options.max} are left, of which “${use}” takes ${connections}.`,
      );
    }
    options.max -= connections;
    return () => {
      options.max += connections;
    };
  }

  /** Why nobody should wait for a connection now. */
  #refusal(): Error | undefined {
    return this.watch.silence() ?? (this.waitingCount >= waitingMax ? problem('overloaded') : undefined);
  }

  /** A callback that also notes how long it was waited for. */
  #notingWait(callback: PoolCallback): PoolCallback {
    const beganMs = performance.now();
    return (...answer) => {
      this.#noted.waits += 1;
      this.#noted.waitedMs += performance.now() - beganMs;
      callback(...answer);
    };
  }

  #noteWait(connecting: Promise<pg.PoolClient>): Promise<pg.PoolClient> {
    const beganMs = performance.now();
    return connecting.finally(() => {
      this.#noted.waits += 1;
      this.#noted.waitedMs += performance.now() - beganMs;
    });
  }
}

type PoolCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/** Connections under `watch`. While the server is silent none is tried, so that nobody in a pool's queue waits for one. */
const connectionsTo = (url: DatabasePlace['url'], watch: ServerWatch) =>
  class extends Connection {
    constructor(config: pg.ClientConfig = {}) {
      super({ ...config, connectionString: typeof url === 'string' ? url : url() });
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: ConnectionCallback): void;
    override connect(callback?: ConnectionCallback) {
      const silence = watch.silence();
      if (silence) return callback ? void setImmediate(callback, silence) : Promise.reject(silence);
      watch.follow(this);
      return callback ? super.connect(callback) : super.connect();
    }
  };

type ConnectionCallback = (error: Error) => void;
