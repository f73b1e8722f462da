import type { Schedule, ScheduleInput } from '@consulta/contracts';
import type { Insertable, Selectable } from 'kysely';
import type { Tables } from '../tables.ts';

export type ScheduleRow = Selectable<Tables['schedules']>;
export type SlotCounts = { open: number; taken: number };

/** The columns that a schedule's input fills; those of the other kind are null. */
export function toColumns(
  input: ScheduleInput,
): Omit<Insertable<Tables['schedules']>, 'doctor_id' | 'materialized_until'> {
  const isDate = input.kind === 'date';
  return {
    kind: input.kind,
    active: input.active ?? true,
    time_zone: input.timeZone,
    slot_minutes: input.slotMinutes,
    date: isDate ? input.date : null,
    times: isDate ? [...input.times].sort() : null,
    weekdays: isDate ? null : input.weekdays,
    start_time: isDate ? null : input.startTime,
    end_time: isDate ? null : input.endTime,
    valid_from: isDate ? null : input.validFrom,
    valid_until: isDate ? null : (input.validUntil ?? null),
    except_dates: isDate ? null : [...(input.exceptDates ?? [])].sort(),
  };
}

/** The input that a row was made from. */
export function toInput(row: ScheduleRow): ScheduleInput {
  const shared = { slotMinutes: row.slot_minutes, timeZone: row.time_zone, active: row.active };
  if (row.kind === 'date') return { kind: 'date', date: row.date ?? '', times: hours(row.times), ...shared };
  return {
    kind: 'weekly',
    weekdays: row.weekdays ?? [],
    startTime: hour(row.start_time),
    endTime: hour(row.end_time),
    validFrom: row.valid_from ?? '',
    validUntil: row.valid_until,
    exceptDates: row.except_dates ?? [],
    ...shared,
  };
}

/** The contract's Schedule. */
export const showSchedule = (row: ScheduleRow, slots: SlotCounts): Schedule => ({
  id: row.id,
  doctorId: row.doctor_id,
  ...toInput(row),
  active: row.active,
  slots,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

/** PostgreSQL writes a time with seconds. */
const hour = (time: string | null) => (time ?? '').slice(0, 5);
const hours = (times: string[] | null) => (times ?? []).map(hour);
