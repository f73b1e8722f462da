import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { StoredText, TextStore } from '@consulta/platform/blobs';
import { holdTo } from '@consulta/platform/testing';
import { startBuckets } from '@consulta/platform/testing/fauxqs';
import { auditHeadsContract } from './audit-heads.contract.ts';
import type { Head } from './audit-heads.ts';
import { headObjects } from './head-objects.ts';

const buckets = await startBuckets();
after(buckets.stop);

/** The emulator's buckets, whose conditions it does not heed. */
holdTo('audit heads on S3', auditHeadsContract, async () => {
  const texts = buckets.textsIn(await buckets.newBucket());
  return { adapter: { open: async () => headObjects(texts) } };
});

/** Texts in memory that heed conditions as S3 does. */
function conditionalTexts(): TextStore & { at: Map<string, StoredText> } {
  const at = new Map<string, StoredText>();
  let version = 0;
  return {
    at,
    read: async (name) => at.get(name),
    write: async (name, text, over) => {
      if (at.get(name)?.version !== over) return false;
      version += 1;
      at.set(name, { text, version: `${version}` });
      return true;
    },
    names: async function* (prefix, limit = Number.POSITIVE_INFINITY) {
      const names = [...at.keys()].filter((name) => name.startsWith(prefix)).toSorted();
      yield* names.slice(0, limit);
    },
  };
}

holdTo('audit heads where conditions are heeded', auditHeadsContract, async () => {
  const texts = conditionalTexts();
  return { adapter: { open: async () => headObjects(texts) } };
});

const head = (position: number): Head => ({
  position,
  hash: position.toString(16).padStart(64, '0'),
  at: null,
  signature: null,
});

test('who slept while others recorded puts no older head in the place of theirs', async () => {
  const texts = conditionalTexts();
  await headObjects(texts).record(head(1));
  let sleeps = true;
  const sleeper = headObjects({
    ...texts,
    write: async (...given) => {
      if (sleeps) {
        sleeps = false;
        await headObjects(texts).record(head(9));
      }
      return texts.write(...given);
    },
  });
  assert.equal(await sleeper.record(head(5)), false);
  assert.equal((await headObjects(texts).latest())?.position, 9);
  const { heads } = await headObjects(texts).all();
  assert.ok(heads.every(({ position }) => position !== 5));
});

test('a head that was kept before its latest could be recorded is the latest', async () => {
  const texts = conditionalTexts();
  const heads = headObjects(texts);
  await heads.record(head(1));
  await heads.record(head(5_000));
  texts.at.set('latest.json', { text: 'not a head', version: 'x' });
  assert.equal((await heads.latest())?.position, 5_000);
  assert.equal((await heads.all()).unreadable, 1);
  await heads.record(head(5_001));
  assert.equal((await heads.latest())?.position, 5_001);
});

test('an object that is no head is counted', async () => {
  const texts = conditionalTexts();
  await headObjects(texts).record(head(1));
  await texts.write('kept/zzz.json', '{"position":"all"}', undefined);
  assert.equal((await headObjects(texts).all()).unreadable, 1);
});
