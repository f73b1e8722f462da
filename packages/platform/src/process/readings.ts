import { setTimeout as sleep } from 'node:timers/promises';
import type { Gauge } from '@prometheus-io/client';
import { gauge, type Reading, readingNames } from './metric-definitions.ts';

const freshMs = 10_000;
const withinMs = 1_000;

export const readingUp = gauge({
  name: 'consulta_reading_up',
  unit: 'yes or no',
  meaning: 'Whether the last question to a database for metrics was answered within a second',
  labels: { reading: readingNames },
});

export const readingMetrics = [readingUp];

type Kept = { reading: Reading; askedAtMs: number; underWay: boolean };

/**
 * Readings are asked when somebody looks, each at most every 10 s; whoever looks waits a second for the answers at most,
 * and a question that goes on longer is not asked again meanwhile.
 */
export function createReadings(up: Gauge<'reading'>) {
  const kept = new Set<Kept>();
  const ask = async (each: Kept) => {
    const { name, read, forget } = each.reading;
    each.underWay = true;
    each.askedAtMs = performance.now();
    const answer = read().catch(() => undefined);
    void answer.finally(() => {
      each.underWay = false;
    });
    const show = await Promise.race([answer, sleep(withinMs, undefined, { ref: false })]);
    up.set({ reading: name }, show ? 1 : 0);
    (show ?? forget)();
  };
  const isDue = ({ askedAtMs, underWay }: Kept) => !underWay && performance.now() - askedAtMs >= freshMs;
  return {
    add: (reading: Reading) => {
      const each = { reading, askedAtMs: Number.NEGATIVE_INFINITY, underWay: false };
      kept.add(each);
      return () => kept.delete(each);
    },
    refresh: async () => {
      await Promise.all([...kept].filter(isDue).map(ask));
    },
  };
}
