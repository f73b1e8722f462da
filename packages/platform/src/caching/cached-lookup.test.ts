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

test('where loading fails, a copy serves a while longer, and who has none is told', async () => {
  let isAway = false;
  const { get, forget } = cachedLookup<string>({
    name: 'people',
    cache: inProcessCache(),
    prefix: 'person:',
    ttlMs: 1,
    outlastsMs: 60_000,
    load: async (ids) => {
      if (isAway) throw new Error('away');
      return new Map(ids.map((id) => [id, `name of ${id}`]));
    },
  });
  await Promise.all([get('1'), get('2')]);
  isAway = true;
  await forget(['2']);
  const [met, forgotten, stranger] = await Promise.allSettled([get('1'), get('2'), get('3')]);
  assert.deepEqual(met, { status: 'fulfilled', value: 'name of 1' });
  for (const { status } of [forgotten, stranger]) assert.equal(status, 'rejected');
  await assert.rejects(get('3'), /away/);
});

test('without that, what cannot be loaded fails once its copy is gone', async () => {
  let loads = 0;
  const { get } = cachedLookup<string>({
    name: 'people',
    cache: inProcessCache(),
    prefix: 'person:',
    ttlMs: 0.001,
    load: async (ids) => {
      loads += 1;
      if (loads > 1) throw new Error('away');
      return new Map(ids.map((id) => [id, 'Ana']));
    },
  });
  await get('1');
  await assert.rejects(get('2'), /away/);
});
