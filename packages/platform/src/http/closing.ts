import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Prepares an entrance for its end: call it before the entrance listens. The function it answers takes no further
 * connection, lets what is under way finish and after `graceMs` cuts every connection that is left, in whatever
 * state: with half a request, an upload that stands still, a download nobody reads, or nothing sent yet.
 */
export function closingOf(app: FastifyInstance): (graceMs: number) => Promise<void> {
  const sockets = new Set<Socket>();
  let emptied = () => {};
  const keep = (message: unknown) => {
    const socket = connectionIn(message);
    if (!isOf(app, socket)) return;
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) emptied();
    });
  };
  // Fastify listens on every address of a name such as localhost, with servers of its own that only this reaches.
  subscribe('net.server.socket', keep);
  return async (graceMs) => {
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    const empty = new Promise<void>((resolve) => {
      emptied = resolve;
    });
    await app.close();
    if (sockets.size > 0) await empty;
    clearTimeout(cut);
    unsubscribe('net.server.socket', keep);
  };
}

/** The connection that a message of the channel `net.server.socket` tells of. */
export function connectionIn(message: unknown): Socket {
  const isConnection = typeof message === 'object' && message !== null && 'socket' in message;
  if (!isConnection || !(message.socket instanceof Socket)) throw new Error('a message without a connection');
  return message.socket;
}

/** Whether a connection was made to this entrance. */
export const isOf = (app: FastifyInstance, socket: Socket): boolean =>
  app.addresses().some((address) => typeof address === 'object' && address.port === socket.localPort);
