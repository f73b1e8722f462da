import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Prepares an entrance for its end: call it before the entrance listens. The function it answers takes no further
 * connection, lets what is under way finish and after `graceMs` cuts every connection that is left, in whatever
 * state: with half a request, an upload that stands still, a download nobody reads, or nothing sent yet.
 */
export function closingOf(app: FastifyInstance): (graceMs: number) => Promise<void> {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async (graceMs) => {
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    await app.close().finally(() => clearTimeout(cut));
  };
}
