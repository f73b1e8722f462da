import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SlotTimes } from './expansion.ts';
import { planReplacement } from './slot-changes.ts';

/** Slots of 10 to 30 minutes on a grid of ten minutes, in order and without overlap. */
const someSlots = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 })), { maxLength: 12 })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, length]): SlotTimes => {
      const startsAtMs = at + gap * 10;
      at = startsAtMs + length * 10;
      return { startsAtMs, endsAtMs: at };
    });
  });
const change = fc.record({
  before: someSlots,
  desired: someSlots,
  active: fc.boolean(),
  takenBits: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  nowMs: fc.integer({ min: -1, max: 200 }),
});
const keyOf = (slot: SlotTimes) => `${slot.startsAtMs}-${slot.endsAtMs}`;

test('a change of schedule that is allowed leaves what was promised and offers what is desired', () => {
  fc.assert(
    fc.property(change, ({ before, desired: all, active, takenBits, nowMs }) => {
      const notOver = (slot: SlotTimes) => slot.endsAtMs > nowMs;
      const live = before
        .filter(notOver)
        .map((slot, i) => ({ ...slot, id: String(i), taken: takenBits[i] === true }));
      const desired = all.filter(notOver);
      const taken = live.filter((slot) => slot.taken);
      const takenIds = new Set(taken.map(({ id }) => id));
      const { withdraw, create, blocking } = planReplacement({ live, desired, active, takenIds, nowMs });

      const wanted = new Set(desired.map(keyOf));
      const vanishing = taken.filter((slot) => slot.startsAtMs > nowMs && !wanted.has(keyOf(slot)));
      assert.deepEqual(blocking.map(keyOf), vanishing.map(keyOf));
      if (blocking.length > 0) return;

      assert.ok(
        withdraw.every(({ id }) => !takenIds.has(id)),
        'nothing taken is withdrawn',
      );
      assert.ok(
        create.every(({ startsAtMs }) => startsAtMs > nowMs),
        'nothing is made in the past',
      );
      const gone = new Set(withdraw.map(({ id }) => id));
      const kept = live.filter(({ id }) => !gone.has(id));
      const after = [...kept, ...create].sort((a, b) => a.startsAtMs - b.startsAtMs);
      after.forEach((slot, i) => {
        assert.ok(i === 0 || slot.startsAtMs >= (after[i - 1]?.endsAtMs ?? 0), 'no two overlap');
      });
      const open = after.filter((slot) => !('taken' in slot && slot.taken));
      if (!active) assert.deepEqual(open, []);
      const unchanged = active ? live.filter((slot) => wanted.has(keyOf(slot))) : [];
      assert.ok(
        unchanged.every((slot) => kept.includes(slot)),
        'a slot that did not change stays',
      );
      const running = taken.filter((slot) => !wanted.has(keyOf(slot)));
      const busyUntilMs = Math.max(nowMs, ...running.map(({ endsAtMs }) => endsAtMs));
      const offered = new Set(after.map(keyOf));
      const coming = desired.filter(({ startsAtMs }) => startsAtMs > nowMs && startsAtMs >= busyUntilMs);
      if (active)
        assert.ok(
          coming.every((slot) => offered.has(keyOf(slot))),
          'what is desired is offered',
        );
    }),
    { numRuns: 2000 },
  );
});
