import { details, type ScheduleInput } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { type IdempotencyKey, rememberKey } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.ts';
import { findConflictsAhead } from './conflicts.ts';
import { fillSkipped } from './extension.ts';
import { findAndLockSchedule, lockDoctor, readOtherWeeklySchedules } from './queries.ts';
import { type PlannedSchedule, planSchedule } from './rules.ts';
import { columnsOf, type ScheduleRow } from './schedule-row.ts';
import { type LiveSlot, planReplacement, slotsInQuestion } from './slot-changes.ts';
import {
  announceAvailability,
  insertSlots,
  lockAndReadClaims,
  readLiveSlots,
  withdrawSlots,
} from './slot-rows.ts';
import { countSlotsMade } from './slots-made.ts';

export type Planning = {
  now: Temporal.Instant;
  slotsAheadDays: number;
  /** How many slots a doctor may have made in an hour; undefined for any number. */
  slotsPerHour: number | undefined;
};

/** Each change of a doctor's schedules is compared with all their others, so these are bounded. */
const weeklySchedulesMax = 100;

/**
 * Keeps a schedule and makes its slots, in one transaction; answers its id, or, for a repeated key, the id of
 * the one made first. Throws 400 (see `planSchedule`) and 409 `schedule_overlaps`.
 */
export async function createSchedule(
  db: Kysely<Tables>,
  doctorId: string,
  input: ScheduleInput,
  options: Planning & { key: IdempotencyKey | undefined },
): Promise<string> {
  const plan = planSchedule(input, { ...options, nowMs: options.now.epochMilliseconds });
  return inTransaction(db, async (trx) => {
    const newId = await drawId(trx);
    const id = await rememberKey(trx, options.key, newId);
    if (id !== newId) return id;
    await lockDoctor(trx, doctorId);
    const materialized_until = plan.materializedUntil.toString();
    const columns = columnsOf(plan.schedule);
    await trx
      .insertInto('schedules')
      .values({ id, doctor_id: doctorId, ...columns, materialized_until })
      .execute();
    if (columns.active) {
      await makeSlots(trx, { id, doctorId }, options, { plan, slots: futureSlots(plan, options.now) });
    }
    await announceAvailability(trx, [doctorId]);
    return id;
  });
}

/**
 * Replaces a schedule. Slots that did not change keep their ids; the others are withdrawn and made. Throws
 * 404, 412 `stale_version`, 400, 409 `schedule_has_appointments` and 409 `schedule_overlaps`.
 */
export async function replaceSchedule(
  db: Kysely<Tables>,
  key: { id: string; doctorId: string },
  input: ScheduleInput,
  options: Planning & { accepts: (version: number) => boolean },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const row = await lockSchedule(trx, key, options.accepts);
    const nowMs = options.now.epochMilliseconds;
    const live = await readLiveSlots(trx, key.id, options.now);
    const plan = planSchedule(input, { ...options, nowMs, live });
    await replaceSlots(trx, key, options, { live, plan });
    await trx
      .updateTable('schedules')
      .set({
        ...columnsOf(plan.schedule),
        materialized_until: plan.materializedUntil.toString(),
        skipped_from: null,
        version: row.version + 1,
        updated_at: sql<Date>`now()`,
      })
      .where('id', '=', key.id)
      .execute();
    await fillSkipped(trx, key, options);
    await announceAvailability(trx, [key.doctorId]);
  });
}

/** Closes a schedule. Throws 404, 412 `stale_version` and 409 `schedule_has_appointments`. */
export async function deleteSchedule(
  db: Kysely<Tables>,
  key: { id: string; doctorId: string },
  options: { now: Temporal.Instant; slotsAheadDays: number; accepts: (version: number) => boolean },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await lockSchedule(trx, key, options.accepts);
    const live = await readLiveSlots(trx, key.id, options.now);
    await removeSlots(trx, { live, desired: [], active: false, nowMs: options.now.epochMilliseconds });
    await trx
      .updateTable('schedules')
      .set({ active: false, deleted_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
      .where('id', '=', key.id)
      .execute();
    await fillSkipped(trx, key, options);
    await announceAvailability(trx, [key.doctorId]);
  });
}

async function drawId(trx: Transaction<Tables>): Promise<string> {
  const { rows } = await sql<{ id: string }>`SELECT uuidv7() AS id`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('the database drew no id');
  return row.id;
}

async function lockSchedule(
  trx: Transaction<Tables>,
  key: { id: string; doctorId: string },
  accepts: (version: number) => boolean,
): Promise<ScheduleRow> {
  await lockDoctor(trx, key.doctorId);
  const row = await findAndLockSchedule(trx, key);
  if (!row) throw problem('not_found');
  if (!accepts(row.version)) throw problem('stale_version', details.readAgain);
  return row;
}

async function replaceSlots(
  trx: Transaction<Tables>,
  key: { id: string; doctorId: string },
  planning: Planning,
  { live, plan }: { live: LiveSlot[]; plan: PlannedSchedule },
): Promise<void> {
  const nowMs = planning.now.epochMilliseconds;
  const active = plan.schedule.active ?? true;
  const slots = await removeSlots(trx, { live, desired: plan.slots, active, nowMs });
  if (active) await makeSlots(trx, key, planning, { plan, slots });
}

/** Withdraws what has to go and answers what is to be made. */
async function removeSlots(
  trx: Transaction<Tables>,
  change: { live: LiveSlot[]; desired: PlannedSchedule['slots']; active: boolean; nowMs: number },
): Promise<PlannedSchedule['slots']> {
  const inQuestion = slotsInQuestion(change.live, change.desired, change.active);
  const holders = await lockAndReadClaims(
    trx,
    inQuestion.map(({ id }) => id),
  );
  const { blocking, withdraw, create } = planReplacement({ ...change, takenIds: new Set(holders.keys()) });
  if (blocking.length > 0) {
    throw problem('schedule_has_appointments', details.cancelAppointmentsFirst, {
      extra: { appointmentIds: blocking.map(({ id }) => holders.get(id)) },
    });
  }
  await withdrawSlots(
    trx,
    withdraw.map(({ id }) => id),
  );
  return create;
}

async function makeSlots(
  trx: Transaction<Tables>,
  key: { id: string; doctorId: string },
  planning: Planning,
  { plan, slots }: { plan: PlannedSchedule; slots: PlannedSchedule['slots'] },
): Promise<void> {
  const search = { exceptId: key.id, now: planning.now, max: 1 };
  if (plan.schedule.kind === 'weekly') await refuseTooMany(trx, key.doctorId, search);
  if ((await findConflictsAhead(trx, key.doctorId, plan, search)).length > 0) {
    throw problem('schedule_overlaps', details.slotsWillOverlap);
  }
  if (slots.length === 0) return;
  await countSlotsMade(trx, key.doctorId, slots.length, planning);
  const owner = { scheduleId: key.id, doctorId: key.doctorId, slotMinutes: plan.schedule.slotMinutes };
  await insertSlots(trx, owner, slots);
}

async function refuseTooMany(
  trx: Transaction<Tables>,
  doctorId: string,
  but: { exceptId: string; now: Temporal.Instant },
): Promise<void> {
  if ((await readOtherWeeklySchedules(trx, doctorId, but)).length < weeklySchedulesMax) return;
  throw problem('too_many_schedules', details.weeklySchedulesMax(weeklySchedulesMax));
}

const futureSlots = ({ slots }: PlannedSchedule, now: Temporal.Instant) =>
  slots.filter(({ startsAtMs }) => startsAtMs > now.epochMilliseconds);
