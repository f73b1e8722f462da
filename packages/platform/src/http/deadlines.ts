import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../problems/problem.ts';
import { declaredOf } from './declaration.ts';
import { lookEveryMs, Pace } from './pace.ts';

/** Until then a JSON body must be here. */
const bodyWithinMs = 30_000;

type Arrival = { request: FastifyRequest; reply: FastifyReply; waitedMs: number; pace: Pace | undefined };

/**
 * Ends what clients would keep for ever: a body that does not arrive (JSON within 30 s, a form at the least pace)
 * is 408 and closed, and a connection whose answer is not read at the least pace is closed.
 *
 * A body that was refused unread is let in until its deadline, so that its sender reads the answer.
 */
export function setDeadlines(app: FastifyInstance): void {
  const arriving = new Map<IncomingMessage, Arrival>();
  const connections = new Set<Socket>();
  const readers = new Map<Socket, Pace>();
  app.addHook('onRequest', (request, reply, done) => {
    const { raw, routeOptions } = request;
    connections.add(raw.socket);
    if (raw.complete || !bringsBody(raw)) return done();
    const streams = declaredOf(routeOptions).consumes !== undefined;
    const pace = streams ? new Pace(performance.now(), raw.socket.bytesRead) : undefined;
    arriving.set(raw, { request, reply, waitedMs: 0, pace });
    done();
  });
  app.addHook('preValidation', ({ raw }, _reply, done) => {
    if (raw.complete) arriving.delete(raw);
    done();
  });

  const isUnread = (socket: Socket, nowMs: number) => {
    const sentBytes = socket.bytesWritten - socket.writableLength;
    const pace = readers.get(socket) ?? new Pace(nowMs, sentBytes);
    readers.set(socket, pace);
    return pace.isTooSlow(nowMs, sentBytes, true, socket.writableLength);
  };
  const look = () => {
    const nowMs = performance.now();
    for (const [raw, arrival] of arriving) {
      if (raw.complete || raw.destroyed) arriving.delete(raw);
      else if (isLate(arrival, nowMs)) giveUp(arrival);
    }
    for (const socket of connections) {
      if (socket.destroyed) connections.delete(socket);
      if (socket.destroyed || socket.writableLength === 0) readers.delete(socket);
      else if (isUnread(socket, nowMs)) socket.destroy();
    }
  };
  const timer = setInterval(look, lookEveryMs).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

const bringsBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function isLate(arrival: Arrival, nowMs: number): boolean {
  const { pace, request } = arrival;
  const { raw } = request;
  // Looks that this process missed are not held against the client.
  arrival.waitedMs += lookEveryMs;
  if (!pace) return arrival.waitedMs > bodyWithinMs;
  // One that is paused, or whose bytes lie here, waits for this side.
  const isWaitedFor = raw.readableLength === 0 && !raw.isPaused();
  return pace.isTooSlow(nowMs, raw.socket.bytesRead, isWaitedFor);
}

/**
 * Tells whoever reads the body that it will not come, and closes the connection after the answer. Destroying the
 * request would take the answer's way with it.
 */
function giveUp({ request: { raw }, reply }: Arrival): void {
  if (reply.sent || raw.listenerCount('error') === 0) {
    raw.destroy();
    return;
  }
  reply.header('connection', 'close');
  raw.emit('error', problem('request_timeout'));
}
