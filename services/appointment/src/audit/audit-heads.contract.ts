import assert from 'node:assert/strict';
import type { Contract } from '@consulta/platform/testing';
import type { AuditHeads, Head } from './audit-heads.ts';

/** A store without heads that several processes share: `open` is one more of them. */
export type AuditHeadsUnderTest = { open: () => Promise<AuditHeads> };

const startMs = Date.UTC(2031, 2, 10, 12);

/** A head as it is recorded this long after the first. */
function headAt(position: number, afterMs = 0): Head {
  const hash = position.toString(16).padStart(64, '0');
  return { position, hash, at: new Date(startMs + afterMs).toISOString(), signature: 'ab'.repeat(32) };
}

const positions = (heads: Head[]) => heads.map(({ position }) => position);

/** What every adapter of {@link AuditHeads} must do. */
export const auditHeadsContract: Contract<AuditHeadsUnderTest> = {
  'at first there is no head': async ({ open }) => {
    const heads = await open();
    assert.equal(await heads.latest(), undefined);
    assert.deepEqual(await heads.all(), { heads: [], unreadable: 0 });
  },

  'what one process records is the latest for all': async ({ open }) => {
    const [mine, other] = [await open(), await open()];
    for (const [recorder, position] of [[mine, 1] as const, [other, 2] as const, [mine, 3] as const]) {
      await recorder.record(headAt(position));
      for (const each of [mine, other, await open()]) {
        assert.deepEqual(await each.latest(), headAt(position));
        assert.deepEqual((await each.all()).heads.at(-1), headAt(position));
      }
    }
  },

  'a head comes back with all it had, unsigned ones too': async ({ open }) => {
    const heads = await open();
    const unsigned = { ...headAt(1), at: null, signature: null };
    await heads.record(unsigned);
    assert.deepEqual(await heads.latest(), unsigned);
    assert.deepEqual(await (await open()).latest(), unsigned);
  },

  'no head that is handed in or out is the one that is kept': async ({ open }) => {
    const heads = await open();
    const given = headAt(1);
    await heads.record(given);
    given.position = 9;
    const found = await heads.latest();
    assert.deepEqual(found, headAt(1));
    if (found) found.hash = '';
    for (const head of (await heads.all()).heads) head.hash = '';
    assert.deepEqual(await heads.latest(), headAt(1));
  },

  'a head takes the place of none that is further': async ({ open }) => {
    const heads = await open();
    for (const position of [5, 8, 3]) await heads.record(headAt(position));
    assert.deepEqual(await heads.latest(), headAt(8));
    assert.equal(await (await open()).record(headAt(7)), false);
    assert.deepEqual(await heads.latest(), headAt(8));
  },

  'a head is kept for good every 1,000 positions, also where processes take turns': async ({ open }) => {
    const kept: number[] = [];
    for (let position = 1; position <= 5_000; position += 499) {
      const heads = await open();
      if (await heads.record(headAt(position))) kept.push(position);
    }
    const found = positions((await (await open()).all()).heads);
    assert.ok(kept.length >= 4 && kept.length < 10);
    for (const [index, position] of kept.entries()) {
      assert.ok(position - (kept[index - 1] ?? position) <= 1_499);
      assert.ok(found.includes(position));
    }
  },

  'a head is kept for good every 10 minutes, whatever its position': async ({ open }) => {
    const heads = await open();
    const kept: number[] = [];
    for (let minute = 0; minute <= 60; minute += 4) {
      if (await heads.record(headAt(minute + 1, minute * 60_000))) kept.push(minute);
    }
    assert.deepEqual(kept, [0, 12, 24, 36, 48, 60]);
    const found = positions((await heads.all()).heads);
    for (const minute of kept) assert.ok(found.includes(minute + 1));
  },

  'heads come in order of position, the latest included': async ({ open }) => {
    const heads = await open();
    for (const position of [1, 2_000, 4_000, 4_001]) await heads.record(headAt(position));
    const { heads: found, unreadable } = await heads.all();
    assert.equal(unreadable, 0);
    const unique = [...new Set(positions(found))];
    assert.deepEqual(unique, [1, 2_000, 4_000, 4_001]);
    assert.deepEqual(
      positions(found),
      positions(found).toSorted((a, b) => a - b),
    );
  },
};
