import type { ScheduleInput, WeeklyScheduleInput } from '@consulta/contracts';
import { badFields, type FieldError, fault } from '@consulta/platform/problems';
import {
  dayOf,
  expandSchedule,
  isBefore,
  lastDate,
  localDate,
  type SlotTimes,
  slotsAlsoMadeBy,
  slotsAtMost,
  startMinutes,
} from './expansion.ts';

/**
 * More slots than the schema lets a schedule have in 90 days (288 a day); a longer horizon is bounded by it. So many
 * are made in some 10 ms, which is why that needs no process of its own.
 */
export const slotsPerScheduleMax = 30_000;

/** A schedule that may be kept, the slots to make now, and the local date up to which they are made. */
export type PlannedSchedule = {
  schedule: ScheduleInput;
  /** Slots not yet over, in order; the first may be running. */
  slots: SlotTimes[];
  materializedUntil: Temporal.PlainDate;
};

/**
 * Checks a schedule beyond its shape and expands it. Of `live`, slots that are there already, those beyond the
 * horizon that it describes too are planned as well. Throws a 400 that names the faulty fields: an unknown zone, a
 * window without room for a slot, times closer than a slot, or a schedule whose every slot is past.
 */
export function planSchedule(
  input: ScheduleInput,
  options: { nowMs: number; slotsAheadDays: number; live?: SlotTimes[] },
): PlannedSchedule {
  refuse([...zoneFaults(input), ...dateFaults(input), ...timeFaults(input)]);
  const schedule = { ...input, timeZone: canonicalZone(input.timeZone) ?? input.timeZone };
  const materializedUntil = horizonOf(schedule, options);
  const range = { fromMs: options.nowMs, untilDay: dayOf(materializedUntil) };
  if (slotsAtMost(schedule, range) > slotsPerScheduleMax) {
    refuse([fault('/slotMinutes', 'too_many_slots', slotsPerScheduleMax)]);
  }
  const near = expandSchedule(schedule, range);
  const slots = [...near, ...liveBeyond(schedule, options.live ?? [], near)];
  refuse(pastFaults(schedule, slots, { ...options, materializedUntil }));
  return { schedule, slots, materializedUntil };
}

function liveBeyond(schedule: ScheduleInput, live: SlotTimes[], near: SlotTimes[]): SlotTimes[] {
  const nearEndsAtMs = near.at(-1)?.endsAtMs ?? 0;
  return slotsAlsoMadeBy(
    schedule,
    live.filter(({ startsAtMs }) => startsAtMs >= nearEndsAtMs),
  );
}

/**
 * The local date up to which, exclusively, a schedule's slots are made: `slotsAheadDays` from today or from the
 * start of its validity, and a day more on either side, so that an hourly job is always early enough.
 */
export function horizonOf(
  schedule: ScheduleInput,
  { nowMs, slotsAheadDays }: { nowMs: number; slotsAheadDays: number },
): Temporal.PlainDate {
  if (schedule.kind === 'date') return Temporal.PlainDate.from(schedule.date).add({ days: 1 });
  const from = later(Temporal.PlainDate.from(schedule.validFrom), localDate(nowMs, schedule.timeZone));
  const horizon = from.add({ days: slotsAheadDays + 2 });
  if (!schedule.validUntil) return horizon;
  const end = Temporal.PlainDate.from(schedule.validUntil).add({ days: 1 });
  return isBefore(end, horizon) ? end : horizon;
}

/** The zone's name as the IANA database spells it; undefined for anything else, offsets included. */
export function canonicalZone(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch {
    return undefined;
  }
}

function refuse(errors: FieldError[]): void {
  if (errors.length > 0) throw badFields(errors);
}

const zoneFaults = ({ timeZone }: ScheduleInput): FieldError[] =>
  canonicalZone(timeZone) ? [] : [fault('/timeZone', 'time_zone_unknown')];

const firstDate = '1970-01-01';

function dateFaults(schedule: ScheduleInput): FieldError[] {
  const outside = (date: string | null | undefined) => date && (date < firstDate || date > lastDate);
  const range = `${firstDate}/${lastDate}`;
  if (schedule.kind === 'date') return outside(schedule.date) ? [fault('/date', 'out_of_range', range)] : [];
  const { validFrom, validUntil, exceptDates } = schedule;
  const faults: FieldError[] = [];
  if (outside(validFrom)) faults.push(fault('/validFrom', 'out_of_range', range));
  if (outside(validUntil)) faults.push(fault('/validUntil', 'out_of_range', range));
  if (exceptDates?.some(outside)) faults.push(fault('/exceptDates', 'out_of_range', range));
  if (validUntil && validUntil < validFrom) {
    faults.push(fault('/validUntil', 'ends_before_start'));
  }
  return faults;
}

function timeFaults(schedule: ScheduleInput): FieldError[] {
  if (schedule.kind === 'weekly') return windowFaults(schedule);
  const starts = startMinutes(schedule);
  const tooClose = starts.some((start, i) => i > 0 && start - (starts[i - 1] ?? 0) < schedule.slotMinutes);
  return tooClose ? [fault('/times', 'times_too_close')] : [];
}

function windowFaults(schedule: WeeklyScheduleInput): FieldError[] {
  if (schedule.endTime === schedule.startTime) {
    return [fault('/endTime', 'slot_does_not_fit')];
  }
  if (startMinutes(schedule).length > 0) return [];
  return [fault('/slotMinutes', 'slot_does_not_fit')];
}

function pastFaults(
  schedule: ScheduleInput,
  slots: SlotTimes[],
  { nowMs, materializedUntil }: { nowMs: number; materializedUntil: Temporal.PlainDate },
): FieldError[] {
  if (slots.some(({ startsAtMs }) => startsAtMs > nowMs)) return [];
  if (schedule.kind === 'date') return dateWithoutSlots(schedule, nowMs);
  const endsHere = schedule.validUntil && !isBefore(materializedUntil, dayAfter(schedule.validUntil));
  if (!endsHere) return [];
  return [fault('/validUntil', 'no_future_slot')];
}

function dateWithoutSlots(schedule: ScheduleInput & { kind: 'date' }, nowMs: number): FieldError[] {
  const today = localDate(nowMs, schedule.timeZone);
  if (isBefore(Temporal.PlainDate.from(schedule.date), today)) {
    return [fault('/date', 'must_be_future')];
  }
  return [fault('/times', 'no_future_slot')];
}

const dayAfter = (date: string) => Temporal.PlainDate.from(date).add({ days: 1 });
const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) => (isBefore(a, b) ? b : a);
