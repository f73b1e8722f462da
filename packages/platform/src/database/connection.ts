import { Socket } from 'node:net';
import pg from 'pg';
import { readOnlyState } from './failures.ts';

/** How long a database may take, in milliseconds. */
export type Limits = {
  /** To hand out a connection: waiting for a free one, or making one. */
  connectMs: number;
  /** For one statement; then the server ends it. */
  statementMs: number;
  /** Between two statements of a transaction, whose locks others wait for; then the server rolls it back. */
  idleInTransactionMs: number;
};

/** Whoever is silent in a transaction for longer has stopped or vanished, and others wait for its locks. */
const idleInTransactionMs = 5_000;

/** For what a person waits for: an answer within 5 s, if only that the database is away. */
export const requestLimits: Limits = { connectMs: 3_000, statementMs: 4_000, idleInTransactionMs };

/** For work nobody waits for: tidying, migrations, commands, bulk loads. */
export const patientLimits: Limits = { connectMs: 10_000, statementMs: 600_000, idleInTransactionMs };

/**
 * Of a session: the server ends it about 11 s after its client vanished from the network without a word, and ends a
 * statement whose client has hung up (not on Windows, which does not tell).
 */
const sessionSettings: Record<string, number> = {
  tcp_keepalives_idle: 5,
  tcp_keepalives_interval: 2,
  tcp_keepalives_count: 3,
  ...(process.platform === 'win32'
    ? {}
    : { tcp_user_timeout: 10_000, client_connection_check_interval: 5_000 }),
};
/** For a server that vanished while nothing is asked of it, or a long statement is under way. */
const keepAliveAfterMs = 5_000;

/** Settings of PostgreSQL as the driver's `options`. */
export const settingFlags = (settings: Record<string, string | number>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');

/** The driver's names for limits. */
export const limitOptions = ({ connectMs, statementMs, idleInTransactionMs }: Limits) => ({
  connectionTimeoutMillis: connectMs,
  statement_timeout: statementMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
});

/** The server said nothing for longer than a healthy one would: it is frozen or cut off. */
export class DatabaseSilent extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(silentMs: number) {
    super(`the database has not answered for ${silentMs} ms`);
    this.name = 'DatabaseSilent';
  }
}

/** A healthy server ends a statement by itself at its limit; this much later it is no longer taken for one. */
const silenceGraceMs = 500;
/** What arrived while the event loop was held up is read within this time, before a server is called silent. */
const readGraceMs = 250;

/**
 * A connection that nobody need watch. Losing it outside a statement is no uncaught error: the next statement on it
 * fails, and the pool throws it away. A server that stays silent beyond the limit on statements loses it, since an
 * answer that still came would be taken for that of the next statement. So does one that only reads: what wants to write
 * finds the server that took its place by a new connection, and not by this one however long it is kept.
 *
 * The driver's own `query_timeout` is not used: it answers the caller, but leaves the connection waiting, so that the
 * ROLLBACK that follows waits as long again.
 */
export class Connection extends pg.Client {
  #silentMsMax: number;
  #statements = 0;
  #connecting = true;
  #waiting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(config: pg.ClientConfig = {}) {
    super({
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveAfterMs,
      ...config,
      options: [settingFlags(sessionSettings), config.options].filter(Boolean).join(' '),
    });
    this.#silentMsMax = config.statement_timeout ? config.statement_timeout + silenceGraceMs : 0;
    this.on('error', () => {});
    this.on('drain', () => {
      this.#waiting = false;
    });
    this.on('end', () => clearTimeout(this.#timer));
    // The driver tells who connects before it emits that it is connected.
    this.connection.once('readyForQuery', () => {
      this.#connecting = false;
    });
    this.connection.on('errorMessage', ({ code }: { code?: string }) => {
      if (code === readOnlyState) setImmediate(() => this.connection.stream.destroy());
    });
    if (this.#silentMsMax > 0) this.query = this.#watched(this.query);
  }

  /** Whether the server owes it an answer. */
  get waits(): boolean {
    return this.#connecting || this.#waiting;
  }

  /** How much it has heard of the server. */
  get bytesRead(): number {
    const { stream } = this.connection;
    return stream instanceof Socket ? stream.bytesRead : 0;
  }

  /** Ends it without a word to the server; whoever waits for an answer gets this error. */
  giveUp(error: Error): void {
    this.connection.stream.destroy(error);
  }

  /** The same function, which also begins to wait for an answer. */
  #watched(query: typeof this.query): typeof this.query {
    return new Proxy(query, {
      apply: (send, self, values) => {
        this.#statements += 1;
        this.#waiting = true;
        this.#timer ??= setTimeout(() => this.#suspectSilence(), this.#silentMsMax).unref();
        this.#timer.refresh();
        return Reflect.apply(send, self, values);
      },
    });
  }

  #suspectSilence(): void {
    if (!this.#waiting) return;
    const suspected = this.#statements;
    setTimeout(() => {
      if (!this.#waiting || suspected !== this.#statements) return;
      this.giveUp(new DatabaseSilent(this.#silentMsMax));
    }, readGraceMs).unref();
  }
}

/** Opens one connection, runs `work` on it and closes it. */
export async function withConnection<T>(
  config: pg.ClientConfig,
  limits: Limits,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = new Connection({ ...config, ...limitOptions(limits) });
  await connection.connect();
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
