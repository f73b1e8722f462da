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
  return slotsOn(schedule, datesOf(schedule, range), range.fromMs);
}

/**
 * Which of some slots a schedule makes, wherever in time they lie. The work grows with the days they lie on, not
 * with the years between them.
 */
export function slotsAlsoMadeBy<T extends SlotTimes>(schedule: ScheduleInput, slots: T[]): T[] {
  const first = slots[0];
  if (!first) return [];
  const days = new Set<string>();
  for (const { startsAtMs } of slots) days.add(localDate(startsAtMs, schedule.timeZone).toString());
  const isOn = dayTest(schedule);
  // As in `firstDate`, the two days before decide whether a slot is made.
  const dates = [...days].flatMap((day) => daysUpTo(Temporal.PlainDate.from(day)).map(String));
  const chosen = [...new Set(dates)]
    .sort()
    .map((day) => Temporal.PlainDate.from(day))
    .filter(isOn);
  const made = sameSlots(slotsOn(schedule, chosen, first.startsAtMs));
  return slots.filter(made);
}

const daysUpTo = (date: Temporal.PlainDate) => [date.subtract({ days: 2 }), date.subtract({ days: 1 }), date];

/** Tells whether a slot is one of these, which do not overlap: two are the same when both ends agree. */
export function sameSlots(slots: readonly SlotTimes[]): (slot: SlotTimes) => boolean {
  const endsByStart = new Map(slots.map(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]));
  return ({ startsAtMs, endsAtMs }) => endsByStart.get(startsAtMs) === endsAtMs;
}

/** How many slots a schedule has at most in a range, told by arithmetic, without making any. */
export function slotsAtMost(schedule: ScheduleInput, range: ExpansionRange): number {
  if (schedule.kind === 'date') return schedule.times.length;
  const days = Math.max(0, firstDate(schedule, range.fromMs).until(range.until).total('days'));
  const weeks = Math.ceil(days / 7);
  return Math.min(days, weeks * schedule.weekdays.length) * startMinutes(schedule).length;
}

function slotsOn(schedule: ScheduleInput, dates: Temporal.PlainDate[], fromMs: number): SlotTimes[] {
  const starts = startMinutes(schedule);
  const found: SlotTimes[] = [];
  // What is over by now still decides which of the later ones are made.
  let previousEndsAtMs = Number.NEGATIVE_INFINITY;
  for (const date of dates) {
    for (const startsAtMs of instantsOf(date, starts, schedule.timeZone)) {
      const endsAtMs = startsAtMs + schedule.slotMinutes * minuteMs;
      if (startsAtMs < previousEndsAtMs) continue;
      previousEndsAtMs = endsAtMs;
      if (endsAtMs > fromMs) found.push({ startsAtMs, endsAtMs });
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
  const isOn = dayTest(schedule);
  const last = schedule.validUntil ? Temporal.PlainDate.from(schedule.validUntil) : undefined;
  const dates: Temporal.PlainDate[] = [];
  let date = firstDate(schedule, range.fromMs);
  while (isBefore(date, range.until) && !(last && isBefore(last, date))) {
    if (isOn(date)) dates.push(date);
    date = date.add({ days: 1 });
  }
  return dates;
}

/** Tells on which dates a schedule has slots. */
function dayTest(schedule: ScheduleInput): (date: Temporal.PlainDate) => boolean {
  if (schedule.kind === 'date') return (date) => date.toString() === schedule.date;
  const { validFrom, validUntil } = schedule;
  const chosen = new Set(schedule.weekdays.map((day) => weekdays.indexOf(day) + 1));
  const except = new Set(schedule.exceptDates ?? []);
  return (date) => {
    if (!chosen.has(date.dayOfWeek)) return false;
    const day = date.toString();
    return day >= validFrom && (!validUntil || day <= validUntil) && !except.has(day);
  };
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
  // Where the date line moved, a whole date did not exist (Samoa, 2011-12-30).
  if (!midnight.toPlainDate().equals(date)) return [];
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
