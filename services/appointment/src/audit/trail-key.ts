import type { NamedKey, NamedKeys } from '@consulta/platform/encryption';

/**
 * What chains the trail and signs its heads. It lies with the encryption keys, where whoever holds the database or
 * the recorded heads cannot reach: without it no entry and no head can be made that fits.
 */
export type TrailKey = {
  key: Buffer;
  /** Where the keyed chain begins: after this position, whose hash (hexadecimal) it continues. */
  since: { position: number; hash: string };
};

export interface TrailKeyStore {
  /** Undefined until one is made. */
  read(): Promise<TrailKey | undefined>;
  /** Makes the key, once: a later call answers the first one's. */
  make(since: TrailKey['since']): Promise<TrailKey>;
}

/** The name of the trail's key in a key file. */
export const trailKeyName = 'audit trail';

/** The trail's key in the key file of the embedded mode. */
export function trailKeyIn(keyRing: NamedKeys): TrailKeyStore {
  let known: TrailKey | undefined;
  return {
    read: async () => {
      known ??= parseTrailKey(await keyRing.namedKey(trailKeyName));
      return known;
    },
    make: async (since) => {
      known = parseTrailKey(await keyRing.makeNamedKey(trailKeyName, JSON.stringify(since)));
      if (!known) throw new Error('the trail key was not made');
      return known;
    },
  };
}

/** A trail's key as a key file keeps it; throws when its note is damaged. */
export function parseTrailKey(named: NamedKey | undefined): TrailKey | undefined {
  if (!named) return undefined;
  const since: unknown = JSON.parse(named.note);
  if (typeof since === 'object' && since !== null && 'position' in since && 'hash' in since) {
    const { position, hash } = since;
    if (typeof position === 'number' && typeof hash === 'string') {
      return { key: named.key, since: { position, hash } };
    }
  }
  throw new Error('the trail key in the key file is damaged; restore it from its backup');
}
