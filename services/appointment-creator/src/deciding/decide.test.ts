import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import { appointmentMigrations } from '@consulta/appointment';
import { decisionStore } from '@consulta/appointment/store';
import { type ClaimSlots, type ClaimsDecided, claimCalls } from '@consulta/contracts';
import { platformMigrations } from '@consulta/platform/database';
import type { ServiceClient } from '@consulta/platform/http';
import { createLog, createMetrics } from '@consulta/platform/process';
import { answering, createTestDatabase, serviceDouble, type TestDatabase } from '@consulta/platform/testing';
import { decisionCounts } from './count-decisions.ts';
import { type DecideDeps, decideLines } from './decide.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase([platformMigrations, appointmentMigrations]);
});
afterEach(() => database.drop());

/** A schedule service that keeps claims in memory, by the contract; asking for `poison` makes it fail. */
function scheduleDouble(options: { poison?: string; heldBy?: Map<string, string> } = {}) {
  const holders = options.heldBy ?? new Map<string, string>();
  const released = new Set<string>();
  const claimed = ({ claims }: ClaimSlots): ClaimsDecided => {
    if (claims.some(({ slotId }) => slotId === options.poison))
      throw new Error('this slot breaks the service');
    for (const { appointmentId, slotId } of claims) {
      if (!holders.has(slotId) && !released.has(appointmentId)) holders.set(slotId, appointmentId);
    }
    const slots = [...new Set(claims.map(({ slotId }) => slotId))].map((slotId) => {
      const heldBy = holders.get(slotId) ?? null;
      return {
        slotId,
        heldBy,
        refusal: null,
        autoConfirm: false,
        confirmWithinHours: null,
        minCancelNoticeMinutes: 0,
      };
    });
    return {
      slots,
      released: claims.map(({ appointmentId }) => appointmentId).filter((id) => released.has(id)),
    };
  };
  const release = ({ appointmentIds }: { appointmentIds: string[] }) => {
    for (const id of appointmentIds) {
      released.add(id);
      for (const [slotId, holder] of holders) if (holder === id) holders.delete(slotId);
    }
    return {};
  };
  const client = serviceDouble(answering(claimCalls.claim, claimed), answering(claimCalls.release, release));
  return { client, holders };
}

type Facts = { slotId?: string; patientId?: string; startsAt?: string };

/** Puts a request into the line, as acceptance does; answers its id. */
async function ask(facts: Facts): Promise<string> {
  const id = randomUUIDv7();
  await database.pool.query(
    `WITH request AS (
       INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at, time_zone, mode)
       VALUES ($1, $2, uuidv7(), uuidv7(), $3, $4::timestamptz, $4::timestamptz + interval '30 minutes',
         'America/Sao_Paulo', 'in_person')
       RETURNING id, arrival, doctor_id, slot_id)
     INSERT INTO undecided_requests (id, arrival, doctor_id, slot_id) SELECT id, arrival, doctor_id, slot_id FROM request`,
    [
      id,
      facts.slotId ?? randomUUIDv7(),
      facts.patientId ?? randomUUIDv7(),
      facts.startsAt ?? '2031-01-06T12:00:00Z',
    ],
  );
  return id;
}

async function outcomeOf(id: string): Promise<string> {
  const { rows } = await database.pool.query<{ outcome: string }>(
    "SELECT concat_ws(' ', status, status_reason) AS outcome FROM appointment_overview WHERE id = $1",
    [id],
  );
  return rows[0]?.outcome ?? 'absent';
}

const deps = (schedule: ServiceClient): DecideDeps => ({
  store: decisionStore(database.pool),
  schedule,
  announce: () => {},
  log: createLog('silent'),
  counts: decisionCounts(createMetrics()),
  stopping: new AbortController().signal,
});

/** Decides whatever waits. */
const decideWaiting = async (deciding: DecideDeps) =>
  decideLines(deciding, await deciding.store.doctorsWaiting(-1));

test('the first in line gets the slot and the others are refused', async () => {
  const slotId = randomUUIDv7();
  const ids = [await ask({ slotId }), await ask({ slotId }), await ask({ slotId })];
  await decideWaiting(deps(scheduleDouble().client));
  assert.deepEqual(await Promise.all(ids.map(outcomeOf)), [
    'awaiting_confirmation',
    'rejected slot_taken',
    'rejected slot_taken',
  ]);
});

test('when the first falls the next in line is tried before anyone is refused', async () => {
  const slotId = randomUUIDv7();
  const patientId = randomUUIDv7();
  const elsewhere = await ask({ patientId });
  const [busy, next, last] = [await ask({ slotId, patientId }), await ask({ slotId }), await ask({ slotId })];
  await decideWaiting(deps(scheduleDouble().client));
  assert.deepEqual(await Promise.all([elsewhere, busy, next, last].map(outcomeOf)), [
    'awaiting_confirmation',
    'rejected patient_busy',
    'awaiting_confirmation',
    'rejected slot_taken',
  ]);
});

test('a claim whose appointment is closed does not cost the next patient the slot', async () => {
  const slotId = randomUUIDv7();
  const { client, holders } = scheduleDouble({ heldBy: new Map([[slotId, randomUUIDv7()]]) });
  const id = await ask({ slotId });
  await decideWaiting(deps(client));
  assert.equal(await outcomeOf(id), 'awaiting_confirmation');
  assert.equal(holders.get(slotId), id);
});

test('a request that cannot be decided never holds up its neighbours', async () => {
  const poison = randomUUIDv7();
  const before = await ask({});
  const bad = await ask({ slotId: poison });
  const after = await ask({});
  await decideWaiting(deps(scheduleDouble({ poison }).client));
  assert.deepEqual(await Promise.all([before, bad, after].map(outcomeOf)), [
    'awaiting_confirmation',
    'requested',
    'awaiting_confirmation',
  ]);
});
