import { details } from '@consulta/contracts/details';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { problem } from '../problems/problem.ts';
import type { Log } from '../process/log.ts';
import { wakeableLoop } from '../work/wakeable-loop.ts';

/** Whoever waits for a verdict on their token learns within a second that it cannot be given. */
const readWithinMs = 900;
/** Keys are read again this often, so that one that was withdrawn stops counting. */
const readEveryMs = 60_000;
/** A token of an unknown key makes them be read again, at most this often. */
const cooldownMs = 1_000;

export type RemoteKeys = {
  /**
   * The key that a token names. Throws 503 where only a reading that failed could tell whether a key is known: nobody is
   * told that their token is bad because the keys' owner does not answer.
   */
  find: JWTVerifyGetKey;
  /** Begins to follow; resolves once the keys are known, however often reading them fails before. */
  start: () => Promise<void>;
  /** Ends following. A `start` that still waits throws. */
  stop: () => Promise<void>;
};

/**
 * The keys published at `url` (RFC 7517), read again in the background. The last set that could be read is kept for as
 * long as no newer one can be.
 */
export function remoteKeys(
  url: string,
  { log, everyMs = readEveryMs }: { log: Log; everyMs?: number },
): RemoteKeys {
  let known: ReturnType<typeof createLocalJWKSet> | undefined;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failed = false;
  let reading: Promise<void> | undefined;
  let loop: { stop: () => Promise<void> } | undefined;
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});

  const read = async () => {
    try {
      known = createLocalJWKSet(await readKeys(url));
      failed = false;
      ready.resolve();
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      triedAtMs = performance.now();
      reading = undefined;
    }
  };
  const refresh = () => {
    reading ??= read();
    return reading;
  };
  const refreshForToken = async () => {
    if (reading || performance.now() - triedAtMs > cooldownMs) await refresh().catch(() => {});
  };
  const round = async () => {
    await refresh();
    return false;
  };

  return {
    find: async (header, token) => {
      if (!known) await refreshForToken();
      if (!known) throw unreadable();
      try {
        return await known(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await refreshForToken();
        if (failed) throw unreadable();
        return known(header, token);
      }
    },
    start: () => {
      loop ??= wakeableLoop({ name: 'keys of access tokens', idleMs: everyMs, round, log });
      return ready.promise;
    },
    stop: async () => {
      ready.reject(new Error('following the keys of access tokens has ended'));
      await loop?.stop();
    },
  };
}

const unreadable = () => problem('unavailable', details.keysUnreadable);

async function readKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { signal: AbortSignal.timeout(readWithinMs), redirect: 'error' });
  if (response.status !== 200) throw new Error(`the key set answered ${response.status}`);
  return (await response.json()) as JSONWebKeySet;
}
