import { randomUUIDv7 } from 'node:crypto';
import { allTaken, type Bus } from '@consulta/platform/messaging';
import type { Random } from './random.ts';

/** A bus whose deliveries come doubled, late and out of order, as those of a real queue may. */
export function chaosBus(bus: Bus, random: Random, delayMsMax: number): Bus {
  return {
    publish: async (topic, messages) => {
      for (const message of messages) {
        const copies = random.chance(0.3) ? 2 : 1;
        for (let copy = 0; copy < copies; copy += 1) {
          const again = copy === 0 ? message : { ...message, id: randomUUIDv7() };
          setTimeout(
            () => void bus.publish(topic, [again]).catch(() => {}),
            random.below(delayMsMax),
          ).unref();
        }
      }
      return allTaken;
    },
    subscribe: (topic, options, handler) =>
      bus.subscribe(topic, options, async (messages) => {
        const shuffled = [...messages].sort(() => random.unit() - 0.5);
        await handler(shuffled);
        if (random.chance(0.2)) await handler(shuffled);
      }),
  };
}
