import pg from 'pg';
import { problem } from '../problems/problem.ts';
import { notePool, type PoolVitals } from '../process/vitals.ts';
import {
  Connection,
  type Limits,
  limitOptions,
  patientLimits,
  requestLimits,
  settingFlags,
} from './connection.ts';

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
  connectionsMax: number;
  /** Default: {@link requestLimits}. */
  limits?: Limits;
  /** Told of a connection that broke while nobody used it. */
  onError?: (error: Error) => void;
};

/**
 * Opens a pool. Dates stay `YYYY-MM-DD` strings, `bigint` becomes a number (identities here stay far below
 * 2^53), instants become `Date`. Throws 503 `overloaded` when too many wait for a connection.
 */
export function openPool(options: PoolOptions): pg.Pool {
  const { url, tls, connectionsMax, limits = requestLimits, name = 'unnamed' } = options;
  const pool = new BoundedPool({
    Client: typeof url === 'string' ? Connection : connectionsTo(url),
    ...(typeof url === 'string' ? { connectionString: url } : {}),
    ...(tls ? { ssl: { ca: tls.authorities, rejectUnauthorized: true } } : {}),
    max: connectionsMax,
    application_name: name,
    ...limitOptions(limits),
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        parsers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  });
  pool.on('error', options.onError ?? (() => {}));
  return pool;
}

/**
 * Another pool on the database of `pool`, for work with other limits, or that shall not take the connections of
 * others.
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
  const beside = new BoundedPool({
    ...pool.options,
    max: options.connectionsMax,
    application_name: options.name,
    ...(options.keptMs ? { idleTimeoutMillis: options.keptMs } : {}),
    ...limitOptions(options.limits),
    ...(options.settings ? { options: settingFlags(options.settings) } : {}),
  });
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
  readonly #noted: PoolVitals;
  readonly #forget: () => void;

  constructor(options: pg.PoolConfig) {
    super(options);
    this.#noted = {
      name: options.application_name ?? 'unnamed',
      connectionsMax: this.options.max,
      used: () => this.totalCount - this.idleCount,
      waiting: () => this.waitingCount,
      waits: 0,
      waitedMs: 0,
    };
    this.#forget = notePool(this.#noted);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback) {
    const full = this.waitingCount >= waitingMax;
    if (!callback) {
      if (full) return Promise.reject(problem('overloaded'));
      return this.idleCount > 0 ? super.connect() : this.#noteWait(super.connect());
    }
    if (full) process.nextTick(() => callback(problem('overloaded'), undefined, () => {}));
    else super.connect(this.idleCount > 0 ? callback : this.#notingWait(callback));
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void) {
    this.#forget();
    return callback ? super.end(callback) : super.end();
  }

  /** A callback that also notes how long it was waited for. */
  #notingWait(callback: ConnectCallback): ConnectCallback {
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

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

const connectionsTo = (url: () => string) =>
  class extends Connection {
    constructor(config: pg.ClientConfig = {}) {
      super({ ...config, connectionString: url() });
    }
  };
