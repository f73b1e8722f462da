import {
  idBeforeAll,
  type NextAvailable,
  type NextSlots,
  type OpenSlot,
  type SlotFacts,
} from '@consulta/contracts';
import { inPlainTransaction, sqlFile, uuidArray } from '@consulta/platform/database';
import type pg from 'pg';
import { planInOrder } from '../query-plans.ts';
import type { SlotsPage } from './page.ts';

const lookupSlotsSql = sqlFile('./lookup-slots.sql', import.meta.url);
const openSlotsSql = sqlFile('./open-slots.sql', import.meta.url);
const nextAvailableSql = sqlFile('./next-available.sql', import.meta.url);
const nextSlotsSql = sqlFile('./next-slots.sql', import.meta.url);

type SlotRow = { id: string; schedule_id: string; starts_at: Date; ends_at: Date; time_zone: string };

/** Slots by id; unknown ids are absent, slots withdrawn less than an hour ago are not. */
export async function lookupSlots(pool: pg.Pool, ids: string[]): Promise<SlotFacts[]> {
  const { rows } = await pool.query<SlotRow & { doctor_id: string }>({
    ...lookupSlotsSql,
    values: [uuidArray(ids)],
  });
  return rows.map((row) => ({ ...toOpenSlot(row), doctorId: row.doctor_id }));
}

const daysAhead = 30;
const dayMs = 24 * 3600 * 1000;
/**
 * A doctor's open slots outside the notice for booking, in order; from now and for 30 days unless the page
 * says otherwise. None for a doctor who is unknown or may not be booked.
 */
export async function listOpenSlots(
  pool: pg.Pool,
  doctorId: string,
  page: SlotsPage,
  now: Temporal.Instant,
): Promise<OpenSlot[]> {
  const fromMs = page.fromMs ?? now.epochMilliseconds;
  const toMs = page.toMs ?? fromMs + daysAhead * dayMs;
  const from = new Date(fromMs).toISOString();
  const { rows } = await pool.query<SlotRow>({
    ...openSlotsSql,
    values: [
      doctorId,
      now.toString(),
      from,
      new Date(toMs).toISOString(),
      page.after?.startsAt ?? from,
      page.after?.id ?? idBeforeAll,
      page.limit,
    ],
  });
  return rows.map(toOpenSlot);
}

/** The start of each doctor's first open slot outside the notice for booking; null without one. */
export async function readNextAvailable(
  pool: pg.Pool,
  doctorIds: string[],
  now: Temporal.Instant,
): Promise<NextAvailable['doctors']> {
  const { rows } = await inPlainTransaction(pool, async (client) => {
    await client.query(planInOrder);
    return client.query<{ doctor_id: string; next_available_at: Date | null }>({
      ...nextAvailableSql,
      values: [uuidArray(doctorIds), now.toString()],
    });
  });
  return rows.map((row) => ({
    doctorId: row.doctor_id,
    nextAvailableAt: row.next_available_at?.toISOString() ?? null,
  }));
}

type NextSlotRow = {
  doctor_id: string;
  auto_confirm: boolean;
  confirm_within_hours: number | null;
  min_cancel_notice_minutes: number;
} & (SlotRow | { id: null });

/**
 * The first open slots of each of these doctors outside the notice for booking, in the order asked for, each with the
 * terms of a booking. Who is unknown or may not be booked is absent.
 *
 * @param asked `limit`: slots a doctor; `fromMs`: from when on, in milliseconds, and never before now
 */
export async function readNextSlots(
  pool: pg.Pool,
  doctorIds: string[],
  { fromMs, limit }: { fromMs: number | undefined; limit: number },
  now: Temporal.Instant,
): Promise<NextSlots[]> {
  const from = new Date(fromMs ?? now.epochMilliseconds).toISOString();
  const { rows } = await inPlainTransaction(pool, async (client) => {
    await client.query(planInOrder);
    return client.query<NextSlotRow>({
      ...nextSlotsSql,
      values: [uuidArray(doctorIds), now.toString(), from, limit],
    });
  });
  return [...Map.groupBy(rows, ({ doctor_id }) => doctor_id).values()].flatMap(toNextSlots);
}

function toNextSlots(rows: NextSlotRow[]): NextSlots[] {
  const [terms] = rows;
  if (!terms) return [];
  return [
    {
      doctorId: terms.doctor_id,
      slots: rows.flatMap((row) => (row.id === null ? [] : [toOpenSlot(row)])),
      booking: {
        confirmation: terms.auto_confirm ? 'automatic' : 'manual',
        confirmWithinHours: terms.confirm_within_hours,
        minCancelNoticeMinutes: terms.min_cancel_notice_minutes,
      },
    },
  ];
}

const toOpenSlot = (row: SlotRow): OpenSlot => ({
  id: row.id,
  scheduleId: row.schedule_id,
  startsAt: row.starts_at.toISOString(),
  endsAt: row.ends_at.toISOString(),
  timeZone: row.time_zone,
});
