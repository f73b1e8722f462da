import { RoundRobinPool } from 'undici';

/** A request to a service, as it goes over a {@link Transport}. */
export type Sent = {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body: string | null;
  /** Aborts when nobody waits for the answer any more. */
  signal: AbortSignal;
};

/** How requests reach the internal entrance of a service. Fails with the error of the connection. */
export type Transport = {
  /** The body of an answer is read as JSON where `isRead` says so of its status, and let go of elsewhere. */
  send: (sent: Sent, isRead: (status: number) => boolean) => Promise<{ status: number; body: unknown }>;
  close: () => Promise<void>;
};

/** To one service, and so to all of its replicas behind the address. */
const connectionsMax = 16;
/** A connection is made anew after this time, so that replicas that have come since get their part. */
const connectionMs = 30_000;
const connectWithinMs = 1_000;

/** HTTP over connections that are kept, and take turns. */
export function httpTransport(baseUrl: string): Transport {
  // Every request has a time limit of its own.
  const pool = new RoundRobinPool(baseUrl, {
    connections: connectionsMax,
    clientTtl: connectionMs,
    connectTimeout: connectWithinMs,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: async (sent, isRead) => {
      const { statusCode: status, body } = await pool.request(sent);
      if (isRead(status)) return { status, body: await body.json() };
      await body.dump();
      return { status, body: undefined };
    },
    // Who stops does not wait for who does not answer.
    close: () => pool.destroy(),
  };
}
