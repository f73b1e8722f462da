import type { Schedule, ScheduleInput } from '@consulta/contracts';
import { type Selectable, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/** A schedule as stored; `except_dates` as text, since the driver would make moments of a list of dates. */
export type ScheduleRow = Selectable<Tables['schedules']>;

export const scheduleColumns = [
  'id',
  'doctor_id',
  'kind',
  'active',
  'time_zone',
  'slot_minutes',
  'date',
  'times',
  'weekdays',
  'start_time',
  'end_time',
  'valid_from',
  'valid_until',
  'materialized_until',
  'skipped_from',
  'version',
  'created_at',
  'updated_at',
  'deleted_at',
] as const satisfies (keyof ScheduleRow)[];

export const exceptDatesAsText = sql<string[] | null>`except_dates::text[]`.as('except_dates');

/** The columns that hold what a doctor entered; those of the other kind are null. */
export function columnsOf(schedule: ScheduleInput) {
  const { kind, timeZone: time_zone, slotMinutes: slot_minutes, active = true } = schedule;
  const common = { kind, time_zone, slot_minutes, active };
  if (schedule.kind === 'date') {
    return { ...common, ...noWeek, date: schedule.date, times: schedule.times };
  }
  return {
    ...common,
    date: null,
    times: null,
    weekdays: schedule.weekdays,
    start_time: schedule.startTime,
    end_time: schedule.endTime,
    valid_from: schedule.validFrom,
    valid_until: schedule.validUntil ?? null,
    except_dates: schedule.exceptDates ?? [],
  };
}

const noWeek = {
  weekdays: null,
  start_time: null,
  end_time: null,
  valid_from: null,
  valid_until: null,
  except_dates: null,
};

/** What a doctor entered, read back. */
export function inputOf(row: ScheduleRow): ScheduleInput {
  const common = { slotMinutes: row.slot_minutes, timeZone: row.time_zone, active: row.active };
  if (row.kind === 'date') {
    return { kind: 'date', date: row.date ?? '', times: (row.times ?? []).map(hourAndMinute), ...common };
  }
  return {
    kind: 'weekly',
    weekdays: row.weekdays ?? [],
    startTime: hourAndMinute(row.start_time ?? ''),
    endTime: hourAndMinute(row.end_time ?? ''),
    validFrom: row.valid_from ?? '',
    validUntil: row.valid_until,
    exceptDates: row.except_dates ?? [],
    ...common,
  };
}

/** A schedule as its doctor sees it. */
export const toSchedule = (row: ScheduleRow, slots: Schedule['slots']): Schedule => ({
  ...inputOf(row),
  id: row.id,
  doctorId: row.doctor_id,
  active: row.active,
  slots,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** PostgreSQL's `time` comes as `HH:mm:ss`. */
const hourAndMinute = (time: string) => time.slice(0, 5);
