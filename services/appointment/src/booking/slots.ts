import type { SlotFacts } from '@consulta/contracts';
import { type Cache, cachedLookup, type ServiceClient } from '@consulta/platform';

/** Resolves a slot; undefined when there never was one. Slots are immutable, so a copy never goes stale. */
export function slotDirectory(
  schedule: ServiceClient,
  cache: Cache,
): (id: string) => Promise<SlotFacts | undefined> {
  return cachedLookup<SlotFacts>({
    cache,
    prefix: 'slot:',
    ttlMs: 3_600_000,
    load: async (ids) => {
      const { slots } = await schedule.call<{ slots: SlotFacts[] }>('POST', '/internal/slots/lookup', {
        ids,
      });
      return new Map(slots.map((slot) => [slot.id, slot]));
    },
  }).get;
}
