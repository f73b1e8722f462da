import { details } from '@consulta/contracts/details';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { problem } from '../problems/problem.ts';

const readWithinMs = 5_000;
/** Keys are read again after this long, so that one that was withdrawn stops counting. */
const freshForMs = 600_000;
/** A token of an unknown key makes them be read again, at most this often. */
const cooldownMs = 1_000;

/**
 * The keys published at `url` (RFC 7517), read when needed. The last set that could be read is kept for as long as no
 * newer one can be. Throws 503 where only a reading that failed could tell whether a key is known: nobody is told that
 * their token is bad because the keys' owner does not answer.
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  let known: ReturnType<typeof createLocalJWKSet> | undefined;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failed = false;
  let reading: Promise<void> | undefined;

  const read = async () => {
    try {
      known = createLocalJWKSet(await readKeys(url));
      failed = false;
    } catch {
      failed = true;
    } finally {
      triedAtMs = performance.now();
      reading = undefined;
    }
  };
  const refresh = () => {
    reading ??= read();
    return reading;
  };
  const isOlderThan = (ms: number) => performance.now() - triedAtMs > ms;

  return async (header, token) => {
    if (known && isOlderThan(freshForMs)) void refresh();
    if (!known && (!failed || isOlderThan(cooldownMs))) await refresh();
    if (!known) throw unreadable();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (isOlderThan(cooldownMs)) await refresh();
      if (failed) throw unreadable();
      return known(header, token);
    }
  };
}

const unreadable = () => problem('unavailable', details.keysUnreadable);

async function readKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { signal: AbortSignal.timeout(readWithinMs), redirect: 'error' });
  if (response.status !== 200) throw new Error(`the key set answered ${response.status}`);
  return (await response.json()) as JSONWebKeySet;
}
