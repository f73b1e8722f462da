/*
 * A crowd of patients in a process of its own: a process may hold only so many open connections, and the server needs
 * as many. Opens a connection for each request it is given, sends them all spread over a second, and says what came.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `wires` in base64, one request for each connection; `withinMs` is the time over which they are sent. */
export type Crowd = { host: string; port: number; wires: string[]; withinMs: number };

/** `closed` counts connections that ended without an answer; times are of the wall clock, in ms. */
export type CrowdResult = {
  statuses: Record<number, number>;
  closed: number;
  latencyMs: number[];
  lastSentMs: number;
  lastAnsweredMs: number;
};

const openAtOnce = 200;
const tickMs = 10;

process.once('message', (crowd: Crowd) => void visit(crowd));

async function visit({ host, port, wires, withinMs }: Crowd): Promise<void> {
  const sockets: Socket[] = [];
  for (let first = 0; first < wires.length; first += openAtOnce) {
    const batch = wires.slice(first, first + openAtOnce).map((_, index) => open(host, port, first + index));
    sockets.push(...(await Promise.all(batch)));
  }
  process.send?.('open');
  await once(process, 'message');
  const result = await askAll(sockets, wires, withinMs);
  process.send?.(result, () => process.disconnect?.());
  for (const socket of sockets) socket.destroy();
}

/**
 * A connection that has been used, as a patient's is who looked at the doctor's page: on a new one the server waits only
 * seconds for a first request, and opening all of them takes longer. Spread over loopback addresses, since two addresses
 * have only some 28,000 ports between them.
 */
async function open(host: string, port: number, index: number): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, localAddress: `127.0.0.${2 + (index % 8)}` });
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write(`GET /health/live HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

async function askAll(sockets: Socket[], wires: string[], withinMs: number): Promise<CrowdResult> {
  const result: CrowdResult = { statuses: {}, closed: 0, latencyMs: [], lastSentMs: 0, lastAnsweredMs: 0 };
  const answers: Promise<void>[] = [];
  const startedMs = Date.now();
  while (answers.length < wires.length) {
    const due = Math.ceil((wires.length * (Date.now() - startedMs + tickMs)) / withinMs);
    for (let index = answers.length; index < Math.min(due, wires.length); index += 1) {
      const socket = sockets[index];
      if (socket) answers.push(ask(socket, Buffer.from(wires[index] ?? '', 'base64'), result));
    }
    result.lastSentMs = Date.now();
    await sleep(tickMs);
  }
  await Promise.all(answers);
  return result;
}

function ask(socket: Socket, wire: Buffer, result: CrowdResult): Promise<void> {
  const sentMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  let settled = false;
  const settle = (status: number | undefined) => {
    if (settled) return;
    settled = true;
    if (status === undefined) result.closed += 1;
    else result.statuses[status] = (result.statuses[status] ?? 0) + 1;
    result.latencyMs.push(performance.now() - sentMs);
    result.lastAnsweredMs = Date.now();
    resolve();
  };
  socket.once('data', (chunk: Buffer) => settle(Number(chunk.toString('latin1', 9, 12))));
  socket.once('close', () => settle(undefined));
  socket.write(wire);
  return promise;
}
