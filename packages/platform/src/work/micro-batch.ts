import { isGivenUp, isUnavailable } from '../database/failures.ts';
import { problem } from '../problems/problem.ts';
import { batchVitals } from '../process/vitals.ts';

type Waiting<I, O> = { item: I; resolve: (output: O) => void; reject: (error: unknown) => void };

export type MicroBatchOptions<I, O> = {
  /** What is gathered, for the metrics. */
  name: string;
  /** Handles several items at once; answers in the order of the items. */
  run: (items: I[]) => Promise<O[]>;
  itemsMax: number;
  /** Batches under way at once; what arrives meanwhile gathers into the next. */
  concurrencyMax: number;
  /** Items waiting beyond this are refused with 503 at once (load is shed early). */
  waitingMax: number;
  /**
   * Whether a failed batch is tried again item by item, so that one bad item never fails its neighbours. When the
   * database is away no item is bad: a repeat would take each item's time in turn, and do twice what took effect
   * although its answer was lost.
   */
  isolateFailures: boolean;
};

/**
 * Lets concurrent callers share one round trip: the busier it gets, the larger the batches and the less each
 * item costs.
 */
export function microBatch<I, O>(options: MicroBatchOptions<I, O>): (item: I) => Promise<O> {
  const waiting: Waiting<I, O>[] = [];
  let running = 0;
  let scheduled = false;
  const noted = batchVitals(options.name);

  const dispatch = () => {
    scheduled = false;
    while (running < options.concurrencyMax && waiting.length > 0) {
      running += 1;
      const batch = waiting.splice(0, options.itemsMax);
      noted.waiting -= batch.length;
      void settle(options, batch).finally(() => {
        running -= 1;
        schedule();
      });
    }
  };
  const schedule = () => {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    setImmediate(dispatch);
  };

  return (item) => {
    if (waiting.length >= options.waitingMax) {
      noted.refused += 1;
      return Promise.reject(problem('overloaded'));
    }
    return new Promise<O>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      noted.waiting += 1;
      schedule();
    });
  };
}

async function settle<I, O>(options: MicroBatchOptions<I, O>, batch: Waiting<I, O>[]): Promise<void> {
  try {
    const outputs = await options.run(batch.map(({ item }) => item));
    batch.forEach(({ resolve }, index) => {
      resolve(outputs[index] as O);
    });
  } catch (error) {
    if (!options.isolateFailures || batch.length === 1 || isUnavailable(error) || isGivenUp(error)) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const one of batch) await settle(options, [one]);
  }
}
