import { type SlotFacts, slotCalls } from '@consulta/contracts';
import { type Cache, cachedLookup, withNearCopies } from '@consulta/platform/caching';
import type { ServiceClient } from '@consulta/platform/http';

const ttlMs = 3_600_000;

/**
 * Resolves a slot; undefined when there is none. Slots are immutable, so a copy never goes stale; whether the slot is
 * still offered, or was withdrawn and deleted since, is for the decision to find out, which refuses both alike.
 */
export function slotDirectory(
  schedule: ServiceClient,
  cache: Cache,
): (id: string) => Promise<SlotFacts | undefined> {
  return cachedLookup<SlotFacts>({
    name: 'slots',
    cache: withNearCopies(cache, ttlMs),
    prefix: 'slot:',
    ttlMs,
    load: async (ids) => {
      const { slots } = await schedule.call(slotCalls.lookup, { ids });
      return new Map(slots.map((slot) => [slot.id, slot]));
    },
  }).get;
}
