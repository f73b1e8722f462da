import type { ScheduleInput, WeeklyScheduleInput } from '@consulta/contracts';
import { daysOf, dayTest, expandSchedule, type SlotTimes, slotsAround, startMinutes } from './expansion.ts';
import { dayMs, localDay, zoneClock } from './zone-clock.ts';

/** Another schedule of the doctor. */
export type OtherSchedule = { id: string; schedule: WeeklyScheduleInput };
export type Conflict = SlotTimes & { scheduleId: string };

/** From when on schedules are compared, and how many overlaps are enough. */
export type Search = { fromMs: number; max: number };

/** Those of `candidates` that overlap any of `slots`; both are in order and without overlap of their own. */
export function overlapping<T extends SlotTimes>(slots: SlotTimes[], candidates: T[]): T[] {
  let next = 0;
  return candidates.filter((candidate) => {
    while ((slots[next]?.endsAtMs ?? Number.POSITIVE_INFINITY) <= candidate.startsAtMs) next += 1;
    const slot = slots[next];
    return slot !== undefined && slot.startsAtMs < candidate.endsAtMs;
  });
}

/**
 * The slots of a weekly schedule that overlap slots of another, both after `fromMs`, in order, however far ahead:
 * both are compared to their ends, whether their slots are made or not, so that it does not matter which was first.
 */
export function overlapsOf(schedule: ScheduleInput, other: WeeklyScheduleInput, search: Search): SlotTimes[] {
  if (schedule.kind === 'weekly') return overlapsOfWeeks(schedule, other, search);
  const slots = expandSchedule(schedule, { fromMs: search.fromMs, untilDay: daysOf(schedule).last + 1 });
  return overlapsOfSlots(slots, other, search);
}

function overlapsOfSlots(slots: SlotTimes[], other: WeeklyScheduleInput, { fromMs, max }: Search) {
  const future = ({ startsAtMs }: SlotTimes) => startsAtMs > fromMs;
  return overlapping(slots.filter(future), slotsAround(other, slots).filter(future)).slice(0, max);
}

/**
 * Two weekly schedules meet in each week as in the one before unless a clock is changed, so that of the weeks between
 * two changes all can be told by one. Only where their windows meet, slots are made and compared.
 */
function overlapsOfWeeks(a: WeeklyScheduleInput, b: WeeklyScheduleInput, search: Search): SlotTimes[] {
  const days = { a: daysOf(a), b: daysOf(b) };
  const last = Math.min(days.a.last, days.b.last + windowDaysMax);
  const meetingDays = windowMeeting(a, b);
  const isOn = dayTest(a);
  const found: SlotTimes[] = [];
  let day = Math.max(days.a.first, days.b.first - windowDaysMax, localDay(search.fromMs, a.timeZone) - 1);
  while (day <= last && found.length < search.max) {
    const meeting = meetingDays(day);
    for (const each of meeting.filter((each) => each <= last && isOn(each))) {
      const latest = found.at(-1)?.startsAtMs ?? Number.NEGATIVE_INFINITY;
      found.push(...overlapsOfDay(a, each, b, search).filter(({ startsAtMs }) => startsAtMs > latest));
    }
    day += 7 * (meeting.length > 0 ? 1 : alikeWeeks(day, a.timeZone, b.timeZone));
  }
  return found.slice(0, search.max);
}

function overlapsOfDay(a: WeeklyScheduleInput, day: number, b: WeeklyScheduleInput, search: Search) {
  const fromMs = Math.max(search.fromMs, (day - 1) * dayMs);
  const slots = expandSchedule(a, { fromMs, fromDay: day, untilDay: day + 1 });
  return overlapsOfSlots(slots, b, search);
}

/** The days that a window reaches beyond the date it starts on, counted from UTC, with slots that run over. */
const windowDaysMax = 3;

/** Tells on which days of the week from a day on a window of one schedule, valid or not, may meet one of the other. */
function windowMeeting(a: WeeklyScheduleInput, b: WeeklyScheduleInput): (day: number) => number[] {
  const spanOfA = spanTeller(a);
  const spanOfB = spanTeller(b);
  return (day) => {
    const others = daysFrom(day - windowDaysMax, 7 + 2 * windowDaysMax).flatMap(
      (each) => spanOfB(each) ?? [],
    );
    return daysFrom(day, 7).filter((each) => {
      const span = spanOfA(each);
      return (
        span && others.some((other) => other.startsAtMs < span.endsAtMs && span.startsAtMs < other.endsAtMs)
      );
    });
  };
}

const daysFrom = (day: number, count: number) => Array.from({ length: count }, (_, i) => day + i);

/**
 * Tells from when to when a schedule's slots of a date lie; undefined on other weekdays. Where a clock skips the first
 * or the last of them it is the longest that it may be.
 */
function spanTeller(schedule: WeeklyScheduleInput): (day: number) => SlotTimes | undefined {
  const starts = startMinutes(schedule);
  const [firstMs, lastMs] = [(starts[0] ?? 0) * 60_000, (starts.at(-1) ?? 0) * 60_000];
  const isOn = dayTest({ ...schedule, validFrom: '1970-01-01', validUntil: null, exceptDates: [] });
  const { offsetAt, instantOf } = zoneClock(schedule.timeZone);
  return (day) => {
    if (!isOn(day)) return undefined;
    const first = day * dayMs + firstMs;
    const last = day * dayMs + lastMs;
    return {
      startsAtMs: instantOf(first) ?? first - offsetAt(first + dayMs),
      endsAtMs: (instantOf(last) ?? last - offsetAt(last - dayMs)) + schedule.slotMinutes * 60_000,
    };
  };
}

/** How many weeks from a day on, one or more, are like the first, since no clock is changed in or about them. */
function alikeWeeks(day: number, ...timeZones: string[]): number {
  const aroundMs = (windowDaysMax + 1) * dayMs;
  const startMs = day * dayMs - aroundMs;
  const changesMs = Math.min(...timeZones.map((timeZone) => zoneClock(timeZone).changesAfter(startMs)));
  return Math.max(1, Math.floor((changesMs - aroundMs - day * dayMs) / (7 * dayMs)));
}
