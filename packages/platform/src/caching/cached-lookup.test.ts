import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cachedLookup } from './cached-lookup.ts';
import { inProcessCache } from './in-process-cache.ts';

test('what is forgotten while it is loaded is not remembered as it was before', async () => {
  const reading = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  let name = 'Ana';
  const lookup = cachedLookup<string>({
    name: 'people',
    cache: inProcessCache(),
    prefix: 'person:',
    ttlMs: 60_000,
    load: async (ids) => {
      const read = new Map(ids.map((id) => [id, name]));
      began.resolve();
      await reading.promise;
      return read;
    },
  });
  const underWay = lookup.get('1');
  await began.promise;
  name = 'Conta removida';
  await lookup.forget(['1']);
  reading.resolve();
  assert.equal(await underWay, 'Ana');
  assert.equal(await lookup.get('1'), 'Conta removida');
  name = 'nobody asks';
  assert.equal(await lookup.get('1'), 'Conta removida');
});
