import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export type Closing = {
  /** From now on every answer says that its connection closes, so that callers open their next one elsewhere. */
  sendAway: () => void;
  /**
   * Takes no further connection, lets what is under way finish and after `graceMs` cuts every connection that is left,
   * in whatever state: with half a request, an upload that stands still, a download nobody reads, or nothing sent yet.
   */
  close: (graceMs: number) => Promise<void>;
};

/** Prepares an entrance for its end: call it before the entrance listens. */
export function closingOf(entrance: {
  /** Where it listens at present. */
  ports: () => readonly number[];
  /** Stops listening and ends idle connections; resolves when no connection is left. */
  close: () => Promise<unknown>;
}): Closing {
  const sockets = new Set<Socket>();
  let cutting = false;
  let emptied = () => {};
  let ports: readonly number[] = [];
  const isOurs = ({ localPort }: Socket) => {
    const now = entrance.ports();
    // One that has stopped listening still answers on the connections it has.
    if (now.length > 0) ports = now;
    return localPort !== undefined && ports.includes(localPort);
  };
  const keep = (message: unknown) => {
    const socket = connectionIn(message);
    if (!isOurs(socket)) return;
    if (cutting) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) emptied();
    });
  };
  /** Asked of Node.js itself, which costs a request nothing until then. */
  const sendOneAway = (message: unknown) => {
    const { socket, response } = message as { socket: Socket; response: ServerResponse };
    if (isOurs(socket)) response.shouldKeepAlive = false;
  };
  // Fastify listens on every address of a name such as localhost, with servers of its own that only this reaches.
  subscribe('net.server.socket', keep);
  return {
    sendAway: () => subscribe('http.server.request.start', sendOneAway),
    close: async (graceMs) => {
      const cut = setTimeout(() => {
        cutting = true;
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      const empty = new Promise<void>((resolve) => {
        emptied = resolve;
      });
      await entrance.close();
      if (sockets.size > 0) await empty;
      clearTimeout(cut);
      unsubscribe('net.server.socket', keep);
      unsubscribe('http.server.request.start', sendOneAway);
    },
  };
}

/** The connection that a message of the channel `net.server.socket` tells of. */
export function connectionIn(message: unknown): Socket {
  const isConnection = typeof message === 'object' && message !== null && 'socket' in message;
  if (!isConnection || !(message.socket instanceof Socket)) throw new Error('a message without a connection');
  return message.socket;
}

/** The ports on which an application listens. */
export const portsOf = (app: FastifyInstance): number[] =>
  app.addresses().flatMap((address) => (typeof address === 'object' && address ? [address.port] : []));
