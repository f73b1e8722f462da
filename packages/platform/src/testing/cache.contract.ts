import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '../caching/cache.ts';
import type { Contract } from './contract.ts';

const hourMs = 3_600_000;

/** What every adapter of {@link Cache} must do. A test's cache is roomy: nothing has to vanish for want of space. */
export const cacheContract: Contract<Cache> = {
  'values come in the order of the keys, and what is not there is undefined': async (cache) => {
    const odd = 'à * % \n "key": {x}';
    await cache.setMany(
      [
        ['b', 2],
        ['a', { list: [1] }],
        [odd, 'odd'],
      ],
      hourMs,
    );
    assert.deepEqual(await cache.getMany(['a', 'none', 'b', odd, 'a']), [
      { list: [1] },
      undefined,
      2,
      'odd',
      { list: [1] },
    ]);
    assert.deepEqual(await cache.getMany([]), []);
    await cache.setMany([], hourMs);
    await cache.deleteMany([]);
  },

  'values that are false, empty or null are there all the same': async (cache) => {
    const values = [null, false, 0, '', [], {}];
    await cache.setMany(
      values.map((value, index) => [`${index}`, value]),
      hourMs,
    );
    assert.deepEqual(await cache.getMany(values.map((_, index) => `${index}`)), values);
  },

  'changing what was put or what was given out changes nothing for anybody else': async (cache) => {
    const put = { names: ['Ana'] };
    await cache.setMany([['people', put]], hourMs);
    put.names.push('Bia');
    const [given] = await cache.getMany(['people']);
    assert.deepEqual(given, { names: ['Ana'] });
    try {
      Object.assign(given ?? {}, { names: [] });
    } catch {
      // What is given out may also refuse to be changed.
    }
    assert.deepEqual(await cache.getMany(['people']), [{ names: ['Ana'] }]);
  },

  'what JSON changes comes back as JSON has it': async (cache) => {
    const at = new Date(0);
    await cache.setMany([['event', { at, note: undefined }]], hourMs);
    assert.deepEqual(await cache.getMany(['event']), [{ at: at.toISOString() }]);
  },

  'the later value replaces the earlier one, and what is deleted is gone': async (cache) => {
    await cache.setMany(
      [
        ['a', 1],
        ['b', 1],
      ],
      hourMs,
    );
    await cache.setMany([['a', 2]], hourMs);
    assert.deepEqual(await cache.getMany(['a', 'b']), [2, 1]);
    await cache.deleteMany(['a', 'none']);
    assert.deepEqual(await cache.getMany(['a', 'b']), [undefined, 1]);
  },

  'a value vanishes when its time is over, and no other does': async (cache, within) => {
    await cache.setMany([['short', 1]], 20);
    await cache.setMany([['long', 1]], hourMs);
    let patient = true;
    const gone = async () => {
      while (patient && (await cache.getMany(['short']))[0] !== undefined) await sleep(5);
    };
    await within(gone()).finally(() => {
      patient = false;
    });
    assert.deepEqual(await cache.getMany(['short', 'long']), [undefined, 1]);
  },
};
