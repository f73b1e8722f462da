import { channels, type PersonCard, peopleCalls } from '@consulta/contracts';
import { cachedLookup, inProcessCache } from '@consulta/platform/caching';
import type { ServiceClient } from '@consulta/platform/http';
import type { Fanout } from '@consulta/platform/messaging';
import { problem } from '@consulta/platform/problems';

/**
 * How long what the user service says of a person is kept: a minute, and while that service is away another half, so that
 * whoever was met within the minute before is known for half a minute at least.
 */
export const keptMs = { ttlMs: 60_000, outlastsMs: 30_000 };

export type PeopleDirectory = {
  /** How a person is shown; undefined when there is no such account any more. */
  find: (id: string) => Promise<PersonCard | undefined>;
  /** Drops this process's copies. */
  forget: (ids: string[]) => Promise<void>;
  /** Drops every process's copies after a change; one that does not hear of it shows the change within a minute. */
  changed: (ids: string[]) => Promise<void>;
  /** Begins to hear of changes; returns how to end that. */
  follow: () => () => void;
};

/**
 * Names beside appointments, read from the user service in batches. Copies live in this process for a minute, or
 * half a minute longer while the user service is away: what names a patient stays out of the cache that processes share.
 */
export function peopleDirectory(user: ServiceClient, fanout: Fanout): PeopleDirectory {
  const lookup = cachedLookup<PersonCard>({
    name: 'people',
    cache: inProcessCache(),
    prefix: 'person:',
    ...keptMs,
    load: async (ids) => {
      const { people } = await user.call(peopleCalls.lookup, { ids });
      return new Map(people.map((card) => [card.id, card]));
    },
  });
  const { get: find, forget } = lookup;
  return {
    find,
    forget,
    changed: async (ids) => {
      await forget(ids);
      fanout.publish(channels.peopleChanged, ids);
    },
    follow: () => fanout.subscribe(channels.peopleChanged, (ids) => void forget(ids)),
  };
}

/** Throws 404 when there is no such doctor. */
export async function requireDoctor(people: PeopleDirectory, id: string): Promise<void> {
  const person = await people.find(id.toLowerCase());
  if (person?.role !== 'doctor') throw problem('not_found');
}
