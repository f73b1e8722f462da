import { type ScheduleInput, type WeeklyScheduleInput, weekdays } from '@consulta/contracts';
import { dayMs, localDay, zoneClock } from './zone-clock.ts';

/** When a slot is, in milliseconds since the epoch. */
export type SlotTimes = { startsAtMs: number; endsAtMs: number };

/**
 * Which part of a schedule to expand: slots that end after `fromMs`, of dates from `fromDay` to before `untilDay`.
 * Dates are days since 1970-01-01, and a slot after midnight in a window that crosses it is of the date before.
 */
export type ExpansionRange = { fromMs: number; fromDay?: number; untilDay: number };

const minuteMs = 60_000;
const minutesPerDay = 24 * 60;

/** The last date of a weekly schedule without an end. */
export const lastDate = '2199-12-31';

/**
 * The slots a schedule makes, in order and without overlap. Each starts at its local time in the schedule's
 * zone and lasts `slotMinutes` of elapsed time. Where a zone's clock is changed: a local time that does not
 * exist makes no slot, one that exists twice means the earlier, and a slot that would start before the one
 * before it has ended is not made.
 */
export function expandSchedule(schedule: ScheduleInput, range: ExpansionRange): SlotTimes[] {
  return slotsOn(schedule, daysIn(schedule, range), range);
}

/** The slots that a schedule makes about the times of some others, which are in order. */
export function slotsAround(schedule: ScheduleInput, others: SlotTimes[]): SlotTimes[] {
  const days = new Set<number>();
  for (const { startsAtMs, endsAtMs } of others) {
    const first = localDay(startsAtMs, schedule.timeZone) - daysLookedBack;
    for (let day = first; day <= localDay(endsAtMs, schedule.timeZone); day += 1) days.add(day);
  }
  const chosen = [...days].filter(dayTest(schedule)).sort((a, b) => a - b);
  return slotsOn(schedule, chosen, { fromMs: others[0]?.startsAtMs ?? 0 });
}

/**
 * Which of some slots a schedule makes, wherever in time they lie. The work grows with the days they lie on, not
 * with the years between them.
 */
export const slotsAlsoMadeBy = <T extends SlotTimes>(schedule: ScheduleInput, slots: T[]): T[] =>
  slots.filter(sameSlots(slotsAround(schedule, slots)));

/** Tells whether a slot is one of these, which do not overlap: two are the same when both ends agree. */
export function sameSlots(slots: readonly SlotTimes[]): (slot: SlotTimes) => boolean {
  const endsByStart = new Map(slots.map(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs]));
  return ({ startsAtMs, endsAtMs }) => endsByStart.get(startsAtMs) === endsAtMs;
}

/** How many slots a schedule has at most in a range, told by arithmetic, without making any. */
export function slotsAtMost(schedule: ScheduleInput, range: ExpansionRange): number {
  if (schedule.kind === 'date') return schedule.times.length;
  const days = Math.max(0, range.untilDay - firstDayFrom(schedule, range));
  const weeks = Math.ceil(days / 7);
  return Math.min(days, weeks * schedule.weekdays.length) * startMinutes(schedule).length;
}

function slotsOn(
  schedule: ScheduleInput,
  days: number[],
  { fromMs, fromDay = Number.NEGATIVE_INFINITY }: Pick<ExpansionRange, 'fromMs' | 'fromDay'>,
): SlotTimes[] {
  const starts = startMinutes(schedule);
  const found: SlotTimes[] = [];
  // What is over by now still decides which of the later ones are made.
  let previousEndsAtMs = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    for (const startsAtMs of instantsOf(day, starts, schedule.timeZone)) {
      const endsAtMs = startsAtMs + schedule.slotMinutes * minuteMs;
      if (startsAtMs < previousEndsAtMs) continue;
      previousEndsAtMs = endsAtMs;
      if (endsAtMs > fromMs && day >= fromDay) found.push({ startsAtMs, endsAtMs });
    }
  }
  return found;
}

/** Minutes after midnight, in order, at which a schedule's slots start on each of its days; also past the next midnight. */
export function startMinutes(schedule: ScheduleInput): number[] {
  if (schedule.kind === 'date') return schedule.times.map(minuteOfDay).sort((a, b) => a - b);
  const { from, until } = windowOf(schedule);
  const count = Math.floor((until - from) / schedule.slotMinutes);
  return Array.from({ length: count }, (_, i) => from + i * schedule.slotMinutes);
}

/**
 * A weekly schedule's window in minutes after the midnight before it. An end before the start is one on the next
 * day; 23:59, the last time that some clocks can name, means midnight.
 */
export function windowOf({ startTime, endTime }: WeeklyScheduleInput): { from: number; until: number } {
  const from = minuteOfDay(startTime);
  const end = endTime === '23:59' ? minutesPerDay : minuteOfDay(endTime);
  return { from, until: end < from ? end + minutesPerDay : end };
}

/** `HH:mm` as minutes after midnight. */
export const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The date it is at an instant in a zone. */
export const localDate = (ms: number, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();

/** A date, `YYYY-MM-DD`, as days since 1970-01-01. */
export const dayOf = (date: string | Temporal.PlainDate): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

/** The first and the last date that a schedule may have slots on. */
export const daysOf = (schedule: ScheduleInput): { first: number; last: number } =>
  schedule.kind === 'date'
    ? { first: dayOf(schedule.date), last: dayOf(schedule.date) }
    : { first: dayOf(schedule.validFrom), last: dayOf(schedule.validUntil ?? lastDate) };

function daysIn(schedule: ScheduleInput, range: ExpansionRange): number[] {
  const isOn = dayTest(schedule);
  const end = Math.min(daysOf(schedule).last + 1, range.untilDay);
  const days: number[] = [];
  for (let day = firstDayFrom(schedule, range); day < end; day += 1) {
    if (isOn(day)) days.push(day);
  }
  return days;
}

const dayTests = new WeakMap<ScheduleInput, (day: number) => boolean>();

/** Tells on which dates a schedule has slots; made once, for a schedule may except a year of dates. */
export function dayTest(schedule: ScheduleInput): (day: number) => boolean {
  const known = dayTests.get(schedule);
  if (known) return known;
  const made = dayTestOf(schedule);
  dayTests.set(schedule, made);
  return made;
}

function dayTestOf(schedule: ScheduleInput): (day: number) => boolean {
  const { first, last } = daysOf(schedule);
  if (schedule.kind === 'date') return (day) => day === first;
  const chosen = weekdays.map((weekday) => schedule.weekdays.includes(weekday));
  const except = new Set(schedule.exceptDates?.map(dayOf));
  return (day) => day >= first && day <= last && chosen[weekdayOf(day)] === true && !except.has(day);
}

/** 0 for a Monday; 1970-01-01 was a Thursday. */
const weekdayOf = (day: number) => (((day + 3) % 7) + 7) % 7;

/** A slot of the day before, or past midnight of the one before that, may still be running, and one before it decided whether that was made. */
const daysLookedBack = 3;

function firstDayFrom(schedule: ScheduleInput, { fromMs }: ExpansionRange): number {
  return Math.max(daysOf(schedule).first, localDay(fromMs, schedule.timeZone) - daysLookedBack);
}

/** The instants of some minutes of a date, in order; those that do not exist in the zone are left out. */
function instantsOf(day: number, minutes: number[], timeZone: string): number[] {
  const { instantOf } = zoneClock(timeZone);
  const midnight = day * dayMs;
  // Where the date line moved, a whole date did not exist (Samoa, 2011-12-30), and no window began on it.
  if (instantOf(midnight + dayMs / 2) === undefined) return [];
  const instants: number[] = [];
  for (const minute of minutes) {
    const instant = instantOf(midnight + minute * minuteMs);
    if (instant !== undefined) instants.push(instant);
  }
  return instants.sort((a, b) => a - b);
}

/** Whether one calendar date comes before another. */
export const isBefore = (a: Temporal.PlainDate, b: Temporal.PlainDate): boolean =>
  Temporal.PlainDate.compare(a, b) < 0;
