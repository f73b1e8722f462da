import type { BusMessage, SubscribeOptions } from '../messaging/bus.ts';
import { handOver } from '../messaging/hand-over.ts';
import type { Log } from '../process/log.ts';
import { changes } from './changes.ts';
import { callMax } from './chunks.ts';
import { hiddenS, newAttempt, type Queue, type Received } from './queue.ts';

export type ConsumerOptions = SubscribeOptions & {
  name: string;
  queue: Queue;
  handler: (messages: BusMessage[]) => Promise<void>;
  log: Log;
  /** How long a receive waits, and how long a message rests that was received so often and not handled. */
  pace: { pollS: number; restS: (receives: number) => number };
};

export type Consumer = {
  /** Ends after the batch under way, and gives back what was not handled. */
  stop: () => Promise<void>;
  /** Resolves when the last receive has ended too, after `stop`. */
  ended: Promise<unknown>;
};

/** Receives under way at once, of one subscription. */
const receivesMax = 4;
/** What is given back is for others after this time. At once, by 0, it is lost to fauxqs where that keeps it on disk. */
const soonS = 1;
const errorPauseMsMax = 5_000;
const prolongEveryMs = (hiddenS * 1000) / 4;

/**
 * Receives from an SQS queue and hands batches to a handler, one at a time.
 *
 * Several receives run side by side and fill a basket; one that comes back full is followed by another at once. None
 * begins while a batch is handled, so that others find what this process could only keep waiting, and none is aborted:
 * the messages of an aborted one, and all of their groups, would be out of everyone's reach until their time is over. What
 * is in hand stays hidden from others for as long as it takes.
 */
export function consume(options: ConsumerOptions): Consumer {
  const { batchMax, spacingMs = 0, queue, log, name } = options;
  const state = { stopped: false, busy: false, runs: 0 };
  const basket: Received[] = [];
  const held = new Set<Received>();
  const { tell, until } = changes();
  const stopping = new AbortController();

  const release = (received: readonly Received[]) => {
    for (const each of received) held.delete(each);
  };
  const giveBack = async (received: readonly Received[], seconds: number) => {
    release(received);
    await queue.hide(received, seconds);
  };

  const mayReceive = () => state.stopped || (!state.busy && basket.length < batchMax);
  const poll = async () => {
    let [inRun, attempt, failures] = [false, newAttempt(), 0];
    for (;;) {
      await until(mayReceive);
      if (state.stopped) return;
      if (inRun) state.runs += 1;
      const asked = Math.min(callMax, batchMax);
      const got = await queue
        .receive(asked, inRun ? 0 : options.pace.pollS, attempt)
        .catch((error: unknown) => {
          log.error({ err: error, queue: name }, 'nothing can be received; it is tried again');
        });
      if (inRun) state.runs -= 1;
      if (got) {
        [attempt, failures] = [newAttempt(), 0];
        for (const each of got) held.add(each);
        if (state.stopped) await giveBack(got, soonS);
        else basket.push(...got);
      } else {
        failures += 1;
        await pauseFor(failures, stopping.signal);
      }
      inRun = got?.length === asked;
      tell();
    }
  };

  const work = async () => {
    const ready = () => state.stopped || basket.length >= batchMax || (basket.length > 0 && state.runs === 0);
    for (;;) {
      await until(ready);
      if (state.stopped) break;
      const startedMs = performance.now();
      state.busy = true;
      await handle(basket.splice(0, batchMax));
      state.busy = false;
      tell();
      await pause(spacingMs - (performance.now() - startedMs), stopping.signal);
    }
    await giveBack(basket.splice(0), soonS);
  };

  /** Keeps messages in hand, and tries them again, while something that the handler needs is away. */
  const handle = async (batch: Received[]) => {
    let waiting = batch;
    for (let outages = 1; waiting.length > 0; outages += 1) {
      const result = await handOver(waiting, handlerOf(options));
      await queue.remove(result.done);
      release(result.done);
      await giveBackBad(result.bad, result.fault);
      waiting = result.later;
      if (waiting.length === 0) return;
      log.warn({ err: result.outage, queue: name }, 'something is away; what was received waits');
      await pauseFor(outages, stopping.signal);
      if (state.stopped) return giveBack(waiting, soonS);
    }
  };
  const giveBackBad = async (bad: readonly Received[], fault: unknown) => {
    if (bad.length === 0) return;
    const messages = bad.map(({ message }) => message);
    log.error({ err: fault, queue: name, messages }, 'messages cannot be handled');
    const { restS } = options.pace;
    await Promise.all(bad.map((each) => giveBack([each], restS(each.receives))));
  };

  const prolonging = setInterval(() => void queue.hide([...held], hiddenS), prolongEveryMs);
  const polls = Array.from({ length: Math.min(receivesMax, Math.ceil(batchMax / callMax)) }, poll);
  const worked = work();
  const ended = Promise.all([worked, ...polls]).finally(() => clearInterval(prolonging));
  const stop = async () => {
    state.stopped = true;
    stopping.abort();
    tell();
    await worked;
  };
  return { stop, ended };
}

/** The handler for what was received, of which what is no message is bad. */
const handlerOf =
  ({ handler }: ConsumerOptions) =>
  (received: Received[]): Promise<void> => {
    const messages = received.flatMap(({ message }) => message ?? []);
    if (messages.length < received.length) throw new Error('this is no message of the bus');
    return handler(messages);
  };

const pauseFor = (failures: number, signal: AbortSignal) =>
  pause(Math.min(errorPauseMsMax, 50 * 2 ** failures) * (0.5 + Math.random() / 2), signal);

/** Waits for some milliseconds, or until the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
