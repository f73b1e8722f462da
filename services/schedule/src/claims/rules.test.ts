import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseWinners, type SlotDecision } from './rules.ts';

const slotIds = ['s1', 's2', 's3', 's4'];
const appointmentIds = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'];
const claims = fc.array(
  fc.record({ appointmentId: fc.constantFrom(...appointmentIds), slotId: fc.constantFrom(...slotIds) }),
  { maxLength: 20 },
);
const slots = fc
  .array(fc.record({ heldBy: fc.option(fc.constant('other')), refused: fc.boolean() }), {
    minLength: 4,
    maxLength: 4,
  })
  .map(
    (states) =>
      new Map(
        states.map(({ heldBy, refused }, i): [string, SlotDecision] => {
          const slotId = slotIds[i] ?? '';
          const refusal = refused && heldBy === null ? 'slot_withdrawn' : null;
          return [
            slotId,
            {
              slotId,
              heldBy,
              refusal,
              autoConfirm: false,
              confirmWithinHours: null,
              minCancelNoticeMinutes: 0,
            },
          ];
        }),
      ),
  );
const history = fc.subarray(appointmentIds).map((ids) => new Set(ids));

test('each free slot goes to the first in order of arrival who may have it', () => {
  fc.assert(
    fc.property(claims, slots, history, (asked, states, withHistory) => {
      const winners = chooseWinners(asked, states, withHistory);
      const slotOf = new Map(winners.map((claim) => [claim.slotId, claim.appointmentId]));
      const winning = new Set(winners.map(({ appointmentId }) => appointmentId));
      assert.equal(winning.size, winners.length, 'nobody wins twice');
      assert.deepEqual([...slotOf.keys()], [...slotOf.keys()].sort(), 'in the order of slot ids');
      for (const { slotId, appointmentId } of winners) {
        assert.equal(states.get(slotId)?.heldBy, null);
        assert.equal(states.get(slotId)?.refusal, null);
        assert.ok(!withHistory.has(appointmentId));
      }
      for (const [index, { appointmentId, slotId }] of asked.entries()) {
        const state = states.get(slotId);
        if (state?.heldBy !== null || state.refusal !== null || withHistory.has(appointmentId)) continue;
        const winner = slotOf.get(slotId);
        assert.ok(
          winner !== undefined || winning.has(appointmentId),
          'no slot stays free for want of looking',
        );
        const wonAt = asked.findIndex((claim) => claim.slotId === slotId && claim.appointmentId === winner);
        assert.ok(wonAt <= index || winning.has(appointmentId), 'nobody is passed over');
      }
    }),
    { numRuns: 2000 },
  );
});
