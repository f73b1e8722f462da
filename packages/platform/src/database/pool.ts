import pg from 'pg';
import { problem } from '../problems/problem.ts';
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
  const { url, tls, connectionsMax, limits = requestLimits } = options;
  const pool = new BoundedPool({
    Client: typeof url === 'string' ? Connection : connectionsTo(url),
    ...(typeof url === 'string' ? { connectionString: url } : {}),
    ...(tls ? { ssl: { ca: tls.authorities, rejectUnauthorized: true } } : {}),
    max: connectionsMax,
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
 * @param settings of PostgreSQL, for the pool's sessions
 */
export function poolBeside(
  pool: pg.Pool,
  options: {
    connectionsMax: number;
    limits: Limits;
    settings?: Record<string, string>;
    onError?: (error: Error) => void;
  },
): pg.Pool {
  const beside = new BoundedPool({
    ...pool.options,
    max: options.connectionsMax,
    ...limitOptions(options.limits),
    ...(options.settings ? { options: settingFlags(options.settings) } : {}),
  });
  beside.on('error', options.onError ?? (() => {}));
  return beside;
}

/** A small pool beside another for tidying and the like: its statements may take long, and starve nobody. */
export const maintenancePool = (pool: pg.Pool): pg.Pool =>
  poolBeside(pool, { connectionsMax: 2, limits: patientLimits });

class BoundedPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback) {
    const full = this.waitingCount >= waitingMax;
    if (!callback) return full ? Promise.reject(problem('overloaded')) : super.connect();
    if (full) process.nextTick(() => callback(problem('overloaded'), undefined, () => {}));
    else super.connect(callback);
    return undefined;
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
