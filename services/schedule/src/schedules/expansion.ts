import {
  type DateScheduleInput,
  type ScheduleInput,
  type WeeklyScheduleInput,
  weekdays,
} from '@consulta/contracts';

/** When a slot is, in milliseconds since the epoch. */
export type SlotTimes = { startsAtMs: number; endsAtMs: number };

/** Which part of a schedule to expand: slots that end after `fromMs`, on local dates before `until`. */
export type ExpansionRange = { fromMs: number; until: Temporal.PlainDate };

const minuteMs = 60_000;

/**
 * The slots a schedule makes, in order and without overlap. Each starts at its local time in the schedule's
 * zone and lasts `slotMinutes` of elapsed time. Where a zone's clock is changed: a local time that does not
 * exist makes no slot, one that exists twice means the earlier, and a slot that would start before the one
 * before it has ended is not made.
 */
export function expandSchedule(schedule: ScheduleInput, range: ExpansionRange): SlotTimes[] {
  const starts = startMinutes(schedule);
  const found: SlotTimes[] = [];
  // What is over by now still decides which of the later ones are made.
  let previousEndsAtMs = Number.NEGATIVE_INFINITY;
  for (const date of datesOf(schedule, range)) {
    for (const startsAtMs of instantsOf(date, starts, schedule.timeZone)) {
      const endsAtMs = startsAtMs + schedule.slotMinutes * minuteMs;
      if (startsAtMs < previousEndsAtMs) continue;
      previousEndsAtMs = endsAtMs;
      if (endsAtMs > range.fromMs) found.push({ startsAtMs, endsAtMs });
    }
  }
  return found;
}

/** Minutes after midnight, in order, at which a schedule's slots start on each of its days. */
export function startMinutes(schedule: ScheduleInput): number[] {
  if (schedule.kind === 'date') return schedule.times.map(minuteOfDay).sort((a, b) => a - b);
  const windowMinutes = minuteOfDay(schedule.endTime) - minuteOfDay(schedule.startTime);
  const count = Math.max(0, Math.floor(windowMinutes / schedule.slotMinutes));
  return Array.from({ length: count }, (_, i) => minuteOfDay(schedule.startTime) + i * schedule.slotMinutes);
}

/** `HH:mm` as minutes after midnight. */
export const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The date it is at an instant in a zone. */
export const localDate = (ms: number, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();

function datesOf(schedule: ScheduleInput, range: ExpansionRange): Temporal.PlainDate[] {
  return schedule.kind === 'date' ? onlyDate(schedule, range.until) : weeklyDates(schedule, range);
}

function onlyDate(schedule: DateScheduleInput, until: Temporal.PlainDate): Temporal.PlainDate[] {
  const date = Temporal.PlainDate.from(schedule.date);
  return isBefore(date, until) ? [date] : [];
}

function weeklyDates(schedule: WeeklyScheduleInput, range: ExpansionRange): Temporal.PlainDate[] {
  const chosen = new Set(schedule.weekdays.map((day) => weekdays.indexOf(day) + 1));
  const except = new Set(schedule.exceptDates ?? []);
  const last = schedule.validUntil ? Temporal.PlainDate.from(schedule.validUntil) : undefined;
  const dates: Temporal.PlainDate[] = [];
  let date = firstDate(schedule, range.fromMs);
  while (isBefore(date, range.until) && !(last && isBefore(last, date))) {
    if (chosen.has(date.dayOfWeek) && !except.has(date.toString())) dates.push(date);
    date = date.add({ days: 1 });
  }
  return dates;
}

/** A slot of the day before may still be running, and one before it decided whether that was made. */
function firstDate(schedule: WeeklyScheduleInput, fromMs: number): Temporal.PlainDate {
  const validFrom = Temporal.PlainDate.from(schedule.validFrom);
  const daysBefore = localDate(fromMs, schedule.timeZone).subtract({ days: 2 });
  return isBefore(validFrom, daysBefore) ? daysBefore : validFrom;
}

/** The instants of some minutes of a date, in order; those that do not exist in the zone are left out. */
function instantsOf(date: Temporal.PlainDate, minutes: number[], timeZone: string): number[] {
  const midnight = date.toZonedDateTime(timeZone);
  if (midnight.hoursInDay === 24)
    return minutes.map((minute) => midnight.epochMilliseconds + minute * minuteMs);
  return minutes
    .map((minute) => existingInstant(date, minute, timeZone))
    .filter((instant) => instant !== undefined)
    .sort((a, b) => a - b);
}

function existingInstant(date: Temporal.PlainDate, minute: number, timeZone: string): number | undefined {
  const local = date.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  return zoned.toPlainDateTime().equals(local) ? zoned.epochMilliseconds : undefined;
}

/** Whether one calendar date comes before another. */
export const isBefore = (a: Temporal.PlainDate, b: Temporal.PlainDate): boolean =>
  Temporal.PlainDate.compare(a, b) < 0;
