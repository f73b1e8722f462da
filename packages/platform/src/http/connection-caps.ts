import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../process/log.ts';
import { connectionIn, portsOf } from './closing.ts';
import { networkOf } from './network.ts';
import type { TrustsProxy } from './proxies.ts';

/** Hundreds of people behind one carrier's address, each with a browser's few connections. */
export const connectionsPerNetworkMax = 1_000;
/** Open files left to everything else: the database, files, logs. */
const reservedFiles = 1_000;
const toldEveryMs = 10_000;
const limitsFile = '/proc/self/limits';

/**
 * Closes connections beyond what this process can hold, and beyond one network's share (undefined for any number), as
 * soon as they are made, so that neither the others nor the database find the process out of open files. A trusted proxy
 * brings many networks' connections, and has no share.
 */
export function capConnections(
  app: FastifyInstance,
  log: Log,
  options: { perNetworkMax: number | undefined; trustsProxy: TrustsProxy | undefined },
): void {
  const totalMax = connectionsMax();
  const held = new Map<string, number>();
  let total = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const refuse = (socket: Socket) => {
    socket.destroy();
    if (performance.now() - toldAtMs < toldEveryMs) return;
    toldAtMs = performance.now();
    log.warn({ total, totalMax }, 'connections beyond the limits are closed');
  };
  const onConnection = (message: unknown) => {
    const socket = connectionIn(message);
    if (!portsOf(app).includes(socket.localPort ?? 0)) return;
    const address = socket.remoteAddress ?? '';
    const network = networkOf(address);
    const share = options.trustsProxy?.(address) ? totalMax : (options.perNetworkMax ?? totalMax);
    const ofNetwork = held.get(network) ?? 0;
    if (total >= totalMax || ofNetwork >= share) return refuse(socket);
    total += 1;
    held.set(network, ofNetwork + 1);
    socket.once('close', () => {
      total -= 1;
      const left = (held.get(network) ?? 1) - 1;
      if (left > 0) held.set(network, left);
      else held.delete(network);
    });
  };
  // Fastify listens on every address of a name such as localhost, with servers of its own that only this reaches.
  subscribe('net.server.socket', onConnection);
  app.addHook('onClose', async () => {
    unsubscribe('net.server.socket', onConnection);
  });
}

/** What the process may hold: its limit of open files as Linux tells it (proc(5)), but for a reserve. */
function connectionsMax(): number {
  const limits = existsSync(limitsFile) ? readFileSync(limitsFile, 'utf8') : '';
  const openFiles = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  return openFiles - Math.min(reservedFiles, openFiles / 4);
}
