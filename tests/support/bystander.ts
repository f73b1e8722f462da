import { get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import type { Waits } from './attack.ts';

/*
 * A thread that keeps asking a server whether it lives, each time over a new connection from 127.0.0.9. It tells
 * of its first answer, and of all it saw when it is told to stop.
 */
const { url } = workerData as { url: string };
const givenUpMs = 60_000;
const pauseMs = 25;

const waits: Waits = { answers: 0, longestMs: 0, failure: undefined };
let stopping = false;
parentPort?.once('message', () => {
  stopping = true;
});

const ask = () =>
  new Promise<void>((resolve, reject) => {
    const request = get(`${url}/health/live`, { agent: false, localAddress: '127.0.0.9' }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      );
    });
    request.setTimeout(givenUpMs, () => request.destroy(new Error(`no answer within ${givenUpMs} ms`)));
    request.once('error', reject);
  });

do {
  const startedMs = performance.now();
  try {
    await ask();
    waits.answers += 1;
  } catch (error) {
    waits.failure ??= error instanceof Error ? error.message : String(error);
  }
  waits.longestMs = Math.max(waits.longestMs, performance.now() - startedMs);
  if (waits.answers + (waits.failure ? 1 : 0) === 1) parentPort?.postMessage('watching');
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
} while (!stopping);
parentPort?.postMessage(waits);
