import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One request as it goes over the wire. */
export type Shot = { wire: Buffer };

export type LoadResult = {
  /** Per shot: status, milliseconds until the response was whole, wall clock at sending (ms), body. */
  status: Uint16Array;
  latencyMs: Float64Array;
  sentAtMs: Float64Array;
  bodies: string[] | undefined;
  seconds: number;
};

/**
 * Sends all shots over `connections` keep-alive connections, one request under way on each. A bare client, so
 * that on a small machine the server gets the processor.
 */
export async function fire(options: {
  host: string;
  port: number;
  connections: number;
  shots: Shot[];
  keepBodies: boolean;
  /** Sent at this rate, as far as connections are free; by default as fast as they are answered. */
  perSecond?: number | undefined;
}): Promise<LoadResult> {
  const { shots, perSecond } = options;
  const result = {
    status: new Uint16Array(shots.length),
    latencyMs: new Float64Array(shots.length),
    sentAtMs: new Float64Array(shots.length),
    bodies: options.keepBodies ? new Array<string>(shots.length) : undefined,
  };
  let next = 0;
  const startedMs = performance.now();
  const lane = async () => {
    const socket = await open(options.host, options.port);
    const exchange = exchanger(socket);
    while (next < shots.length) {
      const index = next;
      next += 1;
      const shot = shots[index];
      if (!shot) break;
      if (perSecond) await sleep(Math.max(0, startedMs + (index * 1_000) / perSecond - performance.now()));
      const sentMs = performance.now();
      result.sentAtMs[index] = performance.timeOrigin + sentMs;
      const { status, body } = await exchange(shot.wire);
      result.latencyMs[index] = performance.now() - sentMs;
      result.status[index] = status;
      if (result.bodies) result.bodies[index] = body.toString('utf8');
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: options.connections }, lane));
  return { ...result, seconds: (performance.now() - startedMs) / 1000 };
}

const open = (host: string, port: number) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });

type Answer = { status: number; body: Buffer };

/** Sends one request at a time and reads its answer, which must carry `content-length`. */
function exchanger(socket: Socket): (wire: Buffer) => Promise<Answer> {
  let pending: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  let held: Buffer = Buffer.alloc(0);
  const fail = (error: Error) => pending?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const headEnd = held.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = held.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (held.length < end) return;
    const answer = { status: Number(head.slice(9, 12)), body: held.subarray(headEnd + 4, end) };
    held = held.subarray(end);
    const waiting = pending;
    pending = undefined;
    waiting?.resolve(answer);
  });
  return (wire) =>
    new Promise<Answer>((resolve, reject) => {
      pending = { resolve, reject };
      socket.write(wire);
    });
}

/** The value below which `share` of the figures lie (nearest rank). */
export function percentile(figures: Float64Array, share: number): number {
  const sorted = Float64Array.from(figures).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
