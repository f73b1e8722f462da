import { type PersonContact, peopleCalls } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';

export type FindContacts = (ids: string[]) => Promise<Map<string, PersonContact>>;

/** Reads people's contacts from the user service, afresh each time: personal data is not kept in caches. */
export const contactsFrom =
  (user: ServiceClient): FindContacts =>
  async (ids) => {
    if (ids.length === 0) return new Map();
    const { people } = await user.call(peopleCalls.contacts, { ids });
    return new Map(people.map((person) => [person.id, person]));
  };
