import { type PersonCard, peopleCalls } from '@consulta/contracts';
import { type Cache, cachedLookup } from '@consulta/platform/caching';
import type { ServiceClient } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';

export type PeopleDirectory = {
  /** How a person is shown; undefined when there is no such account any more. */
  find: (id: string) => Promise<PersonCard | undefined>;
  /** Drops copies after a change. */
  forget: (ids: string[]) => Promise<void>;
};

/** Names beside appointments, read from the user service in batches through the cache. */
export function peopleDirectory(user: ServiceClient, cache: Cache): PeopleDirectory {
  const lookup = cachedLookup<PersonCard>({
    cache,
    prefix: 'person:',
    ttlMs: 300_000,
    load: async (ids) => {
      const { people } = await user.call(peopleCalls.lookup, { ids });
      return new Map(people.map((card) => [card.id, card]));
    },
  });
  return { find: lookup.get, forget: lookup.forget };
}

/** Throws 404 when there is no such doctor. */
export async function requireDoctor(people: PeopleDirectory, id: string): Promise<void> {
  const person = await people.find(id.toLowerCase());
  if (person?.role !== 'doctor') throw problem('not_found');
}
