import pg from 'pg';

/** How long a database may take, in milliseconds. */
export type Limits = {
  /** To hand out a connection: waiting for a free one, or making one. */
  connectMs: number;
  /** For one statement; then the server ends it. */
  statementMs: number;
  /** Between two statements of a transaction, whose locks others wait for; then the server rolls it back. */
  idleInTransactionMs: number;
};

/** For what a person waits for: an answer within 5 s, if only that the database is away. */
export const requestLimits: Limits = { connectMs: 3_000, statementMs: 4_000, idleInTransactionMs: 10_000 };

/** For work nobody waits for: tidying, migrations, commands, bulk loads. */
export const patientLimits: Limits = {
  connectMs: 10_000,
  statementMs: 600_000,
  idleInTransactionMs: 60_000,
};

/** The driver's names for limits. */
export const limitOptions = ({ connectMs, statementMs, idleInTransactionMs }: Limits) => ({
  connectionTimeoutMillis: connectMs,
  statement_timeout: statementMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
});

/** The server said nothing for longer than its own limit on statements: it is frozen or cut off. */
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
 * answer that still came would be taken for that of the next statement.
 *
 * The driver's own `query_timeout` is not used: it answers the caller, but leaves the connection waiting, so that the
 * ROLLBACK that follows waits as long again.
 */
export class Connection extends pg.Client {
  #silentMsMax: number;
  #statements = 0;
  #waiting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(config: pg.ClientConfig = {}) {
    super({ keepAlive: true, ...config });
    this.#silentMsMax = config.statement_timeout ? config.statement_timeout + silenceGraceMs : 0;
    this.on('error', () => {});
    this.on('drain', () => {
      this.#waiting = false;
    });
    this.on('end', () => clearTimeout(this.#timer));
    if (this.#silentMsMax > 0) this.query = this.#watched(this.query);
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
      this.connection.stream.destroy(new DatabaseSilent(this.#silentMsMax));
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
