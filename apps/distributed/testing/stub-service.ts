import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Stub = {
  name: string;
  port: number;
  /** What it answers when asked whether it is ready. */
  ready: boolean;
  /** Whether it answers nothing at all. */
  isFrozen: boolean;
  /** The requests that reached it, health aside. */
  seen: { method: string; url: string; headers: IncomingMessage['headers'] }[];
  /** Ends it at once, with every connection. */
  stop: () => Promise<void>;
};

/**
 * Stands for a replica: it answers every request with its name, the request line and its headers, except by
 * `answer`, where that takes it.
 */
export async function stubService(
  name: string,
  answer: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<Stub> {
  const stub: Stub = { name, port: 0, ready: true, isFrozen: false, seen: [], stop: async () => {} };
  const server = createServer((request, response) => {
    if (stub.isFrozen) return;
    if (request.url === '/health/ready') {
      response.writeHead(stub.ready ? 200 : 503).end();
      return;
    }
    const { method = '', url = '', headers } = request;
    stub.seen.push({ method, url, headers });
    if (answer(request, response)) return;
    request.resume();
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ name, method, url, headers }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stub.port = (server.address() as AddressInfo).port;
  stub.stop = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return stub;
}
