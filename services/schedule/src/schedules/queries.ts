import { randomUUIDv7 } from 'node:crypto';
import type { Schedule, ScheduleInput } from '@consulta/contracts';
import {
  decodeCursor,
  encodeCursor,
  enqueue,
  type IdempotencyKey,
  inTransaction,
  isInstant,
  isUuid,
  problem,
  rememberKey,
  violatedConstraint,
} from '@consulta/platform';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.ts';
import { type ScheduleRow, type SlotCounts, showSchedule, toColumns } from './rows.ts';
import { expandSchedule, type SlotInterval, todayIn } from './rules.ts';

type Db = Kysely<Tables>;
type Trx = Transaction<Tables>;

export type Clock = { now: () => Temporal.Instant; slotsAheadDays: number };

/** Stores a schedule with its slots. Answers it, or the one that the idempotency key made first. */
export async function createSchedule(
  db: Db,
  clock: Clock,
  doctorId: string,
  input: ScheduleInput,
  key: IdempotencyKey | undefined,
): Promise<{ schedule: Schedule; version: number }> {
  const id = randomUUIDv7();
  const shown = await inTransaction(db, async (trx) => {
    const first = await rememberKey(trx, key, id);
    if (first !== id) return first;
    const until = horizon(input, clock);
    await trx
      .insertInto('schedules')
      .values({ id, doctor_id: doctorId, materialized_until: until.toString(), ...toColumns(input) })
      .execute();
    if (input.active ?? true) await insertSlots(trx, { id, doctorId }, futureSlots(input, until, clock));
    await enqueue(trx, 'availability_changed', [doctorId]);
    return id;
  }).catch(refuseOverlap);
  return readSchedule(db, clock, doctorId, shown);
}

/** The doctor's own schedule; throws 404. */
export async function readSchedule(
  db: Db,
  clock: Clock,
  doctorId: string,
  id: string,
): Promise<{ schedule: Schedule; version: number }> {
  const row = await ownSchedule(db, doctorId, id).executeTakeFirst();
  if (!row) throw problem('not_found');
  const counts = await countSlots(db, clock, [id]);
  return { schedule: showSchedule(row, counts.get(id) ?? noSlots), version: row.version };
}

/** A page of the doctor's schedules, in the order they were made. */
export async function listSchedules(
  db: Db,
  clock: Clock,
  doctorId: string,
  { limit = 20, cursor }: { limit?: number; cursor?: string },
): Promise<{ items: Schedule[]; nextCursor: string | null }> {
  let select = db
    .selectFrom('schedules')
    .selectAll()
    .where('doctor_id', '=', doctorId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(limit + 1);
  if (cursor) select = select.where('id', '>', String(decodeCursor(cursor, [isUuid])[0]));
  const rows = await select.execute();
  const page = rows.slice(0, limit);
  const counts = await countSlots(
    db,
    clock,
    page.map(({ id }) => id),
  );
  const last = page.at(-1);
  return {
    items: page.map((row) => showSchedule(row, counts.get(row.id) ?? noSlots)),
    nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null,
  };
}

/** A page of a schedule's live slots by start, and who has them; throws 404. */
export async function listSlots(
  db: Db,
  doctorId: string,
  id: string,
  { limit = 20, cursor }: { limit?: number; cursor?: string },
) {
  if (!(await ownSchedule(db, doctorId, id).executeTakeFirst())) throw problem('not_found');
  let select = db
    .selectFrom('slots as s')
    .leftJoin('claims as c', 'c.slot_id', 's.id')
    .select(['s.id', 's.starts_at', 's.ends_at', 'c.appointment_id'])
    .where('s.schedule_id', '=', id)
    .where('s.withdrawn_at', 'is', null)
    .orderBy('s.starts_at')
    .orderBy('s.id')
    .limit(limit + 1);
  if (cursor) {
    const [startsAt, slotId] = decodeCursor(cursor, [isInstant, isUuid]);
    select = select.where(sql<boolean>`(s.starts_at, s.id) > (${startsAt}::timestamptz, ${slotId}::uuid)`);
  }
  const rows = await select.execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => ({
      id: row.id,
      startsAt: row.starts_at.toISOString(),
      endsAt: row.ends_at.toISOString(),
      ...(row.appointment_id
        ? { status: 'taken' as const, appointmentId: row.appointment_id }
        : { status: 'open' as const }),
    })),
    nextCursor: rows.length > limit && last ? encodeCursor([last.starts_at.toISOString(), last.id]) : null,
  };
}

type Change = { id: string; doctorId: string; isCurrent: (version: number) => boolean };

/**
 * Replaces a schedule. Slots that stay the same keep their ids; those that vanish are withdrawn. Throws 404, 409
 * `schedule_has_appointments` when a taken slot would vanish, 409 `schedule_overlaps`, 412 `stale_version`.
 */
export async function replaceSchedule(db: Db, clock: Clock, change: Change, input: ScheduleInput) {
  const active = input.active ?? true;
  await inTransaction(db, async (trx) => {
    await lockSchedule(trx, change);
    const until = horizon(input, clock);
    const wanted = active ? futureSlots(input, until, clock) : [];
    // Switching a schedule off leaves its taken slots as they are.
    const missing = await withdrawOthers(trx, clock, change.id, wanted, { keepTaken: !active });
    await trx
      .updateTable('schedules')
      .set({ ...toColumns(input), materialized_until: until.toString() })
      .set({ version: sql<number>`version + 1`, updated_at: sql<Date>`now()` })
      .where('id', '=', change.id)
      .execute();
    await insertSlots(trx, change, missing);
    await enqueue(trx, 'availability_changed', [change.doctorId]);
  }).catch(refuseOverlap);
  return readSchedule(db, clock, change.doctorId, change.id);
}

/** Takes a schedule out of service with all its open slots. Throws like {@link replaceSchedule}. */
export async function deleteSchedule(db: Db, clock: Clock, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    await lockSchedule(trx, change);
    await withdrawOthers(trx, clock, change.id, [], { keepTaken: false });
    await trx
      .updateTable('schedules')
      .set({ active: false, deleted_at: sql<Date>`now()` })
      .where('id', '=', change.id)
      .execute();
    await enqueue(trx, 'availability_changed', [change.doctorId]);
  });
}

/** The doctor's live slots that would stand against new ones. */
export async function findConflicts(db: Db, doctorId: string, wanted: SlotInterval[]) {
  const { rows } = await sql<{ schedule_id: string; starts_at: Date; ends_at: Date }>`
    SELECT DISTINCT s.schedule_id, s.starts_at, s.ends_at FROM slots s
    JOIN json_to_recordset(${intervalsJson(wanted)}) AS w (starts_at timestamptz, ends_at timestamptz)
      ON tstzrange(s.starts_at, s.ends_at) && tstzrange(w.starts_at, w.ends_at)
    WHERE s.doctor_id = ${doctorId} AND s.withdrawn_at IS NULL ORDER BY s.starts_at LIMIT 100`.execute(db);
  return rows.map((row) => ({
    scheduleId: row.schedule_id,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
  }));
}

/** The slots of a schedule that are still to come, up to the local date `until`. */
export function futureSlots(input: ScheduleInput, until: Temporal.PlainDate, clock: Clock): SlotInterval[] {
  const now = clock.now();
  return expandSchedule(input, todayIn(input.timeZone, now), until).filter(
    ({ startsAt }) => Temporal.Instant.compare(startsAt, now) > 0,
  );
}

/** The local date up to which, exclusively, slots are made. */
export function horizon(input: ScheduleInput, clock: Clock): Temporal.PlainDate {
  if (input.kind === 'date') return Temporal.PlainDate.from(input.date).add({ days: 1 });
  return todayIn(input.timeZone, clock.now()).add({ days: clock.slotsAheadDays + 1 });
}

/** Adds slots; one that overlaps another of the doctor's makes the statement fail. */
export async function insertSlots(
  trx: Trx,
  { id, doctorId }: { id: string; doctorId: string },
  slots: SlotInterval[],
): Promise<void> {
  if (slots.length === 0) return;
  await sql`INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
    SELECT ${id}, ${doctorId}, starts_at, ends_at
    FROM json_to_recordset(${intervalsJson(slots)}) AS w (starts_at timestamptz, ends_at timestamptz)
    ORDER BY starts_at`.execute(trx);
}

/**
 * Withdraws the schedule's future slots that are not among the wanted ones, and answers those wanted that are
 * missing. The rows are locked before anyone looks who has them, so a claim waits or is seen.
 */
async function withdrawOthers(
  trx: Trx,
  clock: Clock,
  scheduleId: string,
  wanted: SlotInterval[],
  { keepTaken }: { keepTaken: boolean },
): Promise<SlotInterval[]> {
  const existing = await trx
    .selectFrom('slots')
    .select(['id', 'starts_at', 'ends_at'])
    .where('schedule_id', '=', scheduleId)
    .where('withdrawn_at', 'is', null)
    .where('starts_at', '>', asDate(clock.now()))
    .orderBy('id')
    .forUpdate()
    .execute();
  const wantedKeys = new Set(wanted.map(keyOf));
  const vanishing = existing.filter((slot) => !wantedKeys.has(rowKey(slot))).map(({ id }) => id);
  const taken = await takenAmong(trx, vanishing);
  if (taken.size > 0 && !keepTaken) {
    throw problem('schedule_has_appointments', 'Cancel these appointments first, or keep their times', {
      extra: { appointmentIds: [...taken.values()] },
    });
  }
  const leaving = vanishing.filter((id) => !taken.has(id));
  await sql`UPDATE slots SET withdrawn_at = now() WHERE id = ANY (${leaving}::uuid[])`.execute(trx);
  const existingKeys = new Set(existing.map(rowKey));
  return wanted.filter((slot) => !existingKeys.has(keyOf(slot)));
}

async function takenAmong(trx: Trx, slotIds: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ slot_id: string; appointment_id: string }>`
    SELECT slot_id, appointment_id FROM claims WHERE slot_id = ANY (${slotIds}::uuid[]) ORDER BY appointment_id`.execute(
    trx,
  );
  return new Map(rows.map((row) => [row.slot_id, row.appointment_id]));
}

async function lockSchedule(trx: Trx, { id, doctorId, isCurrent }: Change): Promise<ScheduleRow> {
  const row = await ownSchedule(trx, doctorId, id).forUpdate().executeTakeFirst();
  if (!row) throw problem('not_found');
  if (!isCurrent(row.version))
    throw problem('stale_version', 'Read it again and repeat the change on what you find');
  return row;
}

const ownSchedule = (db: Db, doctorId: string, id: string) =>
  db
    .selectFrom('schedules')
    .selectAll()
    .where('id', '=', id)
    .where('doctor_id', '=', doctorId)
    .where('deleted_at', 'is', null);

const noSlots: SlotCounts = { open: 0, taken: 0 };

/** Future slots of each schedule, open and taken. */
async function countSlots(db: Db, clock: Clock, scheduleIds: string[]): Promise<Map<string, SlotCounts>> {
  const { rows } = await sql<SlotCounts & { schedule_id: string }>`
    SELECT s.schedule_id, count(*) FILTER (WHERE c.slot_id IS NULL)::int AS open, count(c.slot_id)::int AS taken
    FROM slots s LEFT JOIN claims c ON c.slot_id = s.id
    WHERE s.schedule_id = ANY (${scheduleIds}::uuid[]) AND s.withdrawn_at IS NULL AND s.starts_at > ${asDate(clock.now())}
    GROUP BY s.schedule_id`.execute(db);
  return new Map(rows.map(({ schedule_id, open, taken }) => [schedule_id, { open, taken }]));
}

function refuseOverlap(error: unknown): never {
  if (violatedConstraint(error) === 'slots_doctor_free') throw problem('schedule_overlaps');
  throw error;
}

const intervalsJson = (slots: SlotInterval[]) =>
  JSON.stringify(
    slots.map(({ startsAt, endsAt }) => ({ starts_at: startsAt.toString(), ends_at: endsAt.toString() })),
  );
const keyOf = ({ startsAt, endsAt }: SlotInterval) =>
  `${startsAt.epochMilliseconds}-${endsAt.epochMilliseconds}`;
const rowKey = (row: { starts_at: Date; ends_at: Date }) =>
  `${row.starts_at.getTime()}-${row.ends_at.getTime()}`;
export const asDate = (instant: Temporal.Instant) => new Date(instant.epochMilliseconds);
