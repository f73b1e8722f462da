import { connect } from 'node:net';
import { type Connection, DatabaseSilent } from './connection.ts';

/*
 * Looks are counted, and not time: between two of them whatever arrived is read, also where the event loop was held up.
 */
const lookEveryMs = 150;
/** After so many looks at which nothing was heard, though an answer is waited for, the server is asked. */
const quietLooksMax = 2;
/** When the question has found no answer for so many looks, the server is silent. */
const patientLooks = 3;
const silentMs = (quietLooksMax + patientLooks) * lookEveryMs;
/** Looks between two questions: about a second. */
const askAgainLooks = 6;

/**
 * Watches over a server for the pools that have connections to it. One that is frozen or cut off gives nobody an answer,
 * and does not say whether it is alive to whoever asks: then what waits for it is given up, and nothing more is sent,
 * until it answers. One that is only slow answers that at once.
 */
export class ServerWatch {
  readonly #bytesRead = new Map<Connection, number>();
  #server: Connection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #quietLooks = 0;
  #question: Question | undefined;
  #silent = false;

  /** Why nothing should be sent, for each who would; undefined while the server answers. */
  silence(): DatabaseSilent | undefined {
    return this.#silent ? new DatabaseSilent(silentMs) : undefined;
  }

  /** Watches a connection until it ends. */
  follow(connection: Connection): void {
    this.#server = connection;
    this.#bytesRead.set(connection, 0);
    connection.once('end', () => this.#bytesRead.delete(connection));
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs).unref();
  }

  #look(): void {
    const waiting = [...this.#bytesRead.keys()].filter(({ waits }) => waits);
    if (this.#hears()) this.#isAlive();
    else if (this.#silent || waiting.length > 0) this.#suspect(waiting);
    else this.#rest();
  }

  #hears(): boolean {
    let heard = false;
    for (const [connection, before] of this.#bytesRead) {
      const { bytesRead } = connection;
      if (bytesRead === before) continue;
      this.#bytesRead.set(connection, bytesRead);
      heard = true;
    }
    return heard;
  }

  #isAlive(quietLooks = 0): void {
    this.#silent = false;
    this.#quietLooks = quietLooks;
    this.#question?.drop();
    this.#question = undefined;
  }

  #suspect(waiting: Connection[]): void {
    this.#quietLooks += 1;
    const looks = this.#question?.look() ?? 0;
    if (looks >= patientLooks) this.#silent = true;
    if (this.#silent) for (const connection of waiting) connection.giveUp(new DatabaseSilent(silentMs));
    if (this.#question ? looks >= askAgainLooks : this.#quietLooks >= quietLooksMax) this.#ask();
  }

  #ask(): void {
    this.#question?.drop();
    if (this.#server) this.#question = new Question(this.#server, () => this.#isAlive(-askAgainLooks));
  }

  #rest(): void {
    this.#isAlive();
    if (this.#bytesRead.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** SSLRequest (https://www.postgresql.org/docs/18/protocol-message-formats.html). */
const speaksTls = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Asks a server whether it speaks TLS, which it answers before it looks at who asks. Any answer will do, an error as well. */
class Question {
  readonly #socket;
  #looks = 0;
  #asked = false;
  #dropped = false;

  constructor({ host, port }: Connection, onAnswer: () => void) {
    this.#socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    this.#socket
      .unref()
      .once('connectionAttempt', () => {
        // Until then the name's address was looked for, which passwords that are checked can hold up.
        this.#asked = true;
      })
      .once('connect', () => this.#socket.write(speaksTls))
      .once('data', () => this.#socket.destroy())
      .on('error', () => {})
      .once('close', () => this.#dropped || onAnswer());
  }

  /** How often it has been looked at since it was sent on its way. */
  look(): number {
    if (this.#asked) this.#looks += 1;
    return this.#looks;
  }

  drop(): void {
    this.#dropped = true;
    this.#socket.destroy();
  }
}
