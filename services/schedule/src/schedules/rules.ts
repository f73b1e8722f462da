import { type ScheduleInput, type WeeklyScheduleInput, weekdays } from '@consulta/contracts';
import { badField } from '@consulta/platform';

/** A slot to be: half-open, in time. */
export type SlotInterval = { startsAt: Temporal.Instant; endsAt: Temporal.Instant };

/** How far ahead, in days, a schedule may begin. */
const beginsWithinDays = 730;

/**
 * Checks what a schema cannot: the zone exists, the window holds a slot, times do not run into each other, and the
 * schedule is not over. Throws 400 that names the field.
 */
export function checkSchedule(input: ScheduleInput, now: Temporal.Instant): void {
  const today = todayIn(input.timeZone, now);
  const latest = today.add({ days: beginsWithinDays });
  if (input.kind === 'date') {
    const date = plainDate(input.date, '/date');
    if (isAfter(date, latest)) throw badField('/date', `lies more than ${beginsWithinDays} days ahead`);
    checkTimes(input.times, input.slotMinutes);
    if (
      !expandSchedule(input, date, date.add({ days: 1 })).some(({ startsAt }) =>
        isAfterInstant(startsAt, now),
      )
    ) {
      throw badField('/date', 'lies in the past');
    }
    return;
  }
  const from = plainDate(input.validFrom, '/validFrom');
  if (isAfter(from, latest)) throw badField('/validFrom', `lies more than ${beginsWithinDays} days ahead`);
  input.exceptDates?.forEach((date, index) => {
    plainDate(date, `/exceptDates/${index}`);
  });
  if (minutesOf(input.endTime) - minutesOf(input.startTime) < input.slotMinutes) {
    throw badField('/endTime', 'leaves no room for a slot after startTime');
  }
  if (!input.validUntil) return;
  const until = plainDate(input.validUntil, '/validUntil');
  if (isAfter(from, until)) throw badField('/validUntil', 'comes before validFrom');
  if (isAfter(today, until)) throw badField('/validUntil', 'lies in the past');
}

/**
 * The slots of a schedule whose local dates lie from `from` up to, not including, `until`, in order. A local time
 * that a change of the clock leaves out gives no slot; of one that comes twice the earlier counts.
 */
export function expandSchedule(
  input: ScheduleInput,
  from: Temporal.PlainDate,
  until: Temporal.PlainDate,
): SlotInterval[] {
  const slots: SlotInterval[] = [];
  for (const date of datesOf(input, from, until)) {
    for (const minutes of startsOf(input)) {
      const slot = slotAt(date, minutes, input);
      const previous = slots.at(-1);
      // Where the clock is set back a slot can run into the next local time; the later one then falls out.
      if (slot && (!previous || Temporal.Instant.compare(previous.endsAt, slot.startsAt) <= 0))
        slots.push(slot);
    }
  }
  return slots;
}

function slotAt(date: Temporal.PlainDate, minutes: number, input: ScheduleInput): SlotInterval | undefined {
  const local = date.toPlainDateTime({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
  const zoned = local.toZonedDateTime(input.timeZone, { disambiguation: 'earlier' });
  if (!zoned.toPlainDateTime().equals(local)) return undefined;
  const startsAt = zoned.toInstant();
  return { startsAt, endsAt: startsAt.add({ minutes: input.slotMinutes }) };
}

function* datesOf(
  input: ScheduleInput,
  from: Temporal.PlainDate,
  until: Temporal.PlainDate,
): Generator<Temporal.PlainDate> {
  if (input.kind === 'date') {
    const date = Temporal.PlainDate.from(input.date);
    if (!isAfter(from, date) && isAfter(until, date)) yield date;
    return;
  }
  const chosen = new Set(input.weekdays.map((day) => weekdays.indexOf(day) + 1));
  const excepted = new Set(input.exceptDates);
  const end = lastDateOf(input, until);
  for (
    let date = later(from, Temporal.PlainDate.from(input.validFrom));
    isAfter(end, date);
    date = date.add({ days: 1 })
  ) {
    if (chosen.has(date.dayOfWeek) && !excepted.has(date.toString())) yield date;
  }
}

function lastDateOf({ validUntil }: WeeklyScheduleInput, until: Temporal.PlainDate): Temporal.PlainDate {
  if (!validUntil) return until;
  const afterLast = Temporal.PlainDate.from(validUntil).add({ days: 1 });
  return isAfter(until, afterLast) ? afterLast : until;
}

/** Local starts of a day's slots, in minutes after midnight, in order. */
function startsOf(input: ScheduleInput): number[] {
  if (input.kind === 'date') return input.times.map(minutesOf).sort((a, b) => a - b);
  const starts: number[] = [];
  const end = minutesOf(input.endTime);
  for (let at = minutesOf(input.startTime); at + input.slotMinutes <= end; at += input.slotMinutes)
    starts.push(at);
  return starts;
}

function checkTimes(times: string[], slotMinutes: number): void {
  const starts = times.map(minutesOf).sort((a, b) => a - b);
  for (const [index, start] of starts.entries()) {
    const next = starts[index + 1];
    if (next !== undefined && next - start < slotMinutes) {
      throw badField('/times', `has two times less than ${slotMinutes} minutes apart`);
    }
  }
}

/** The local date in a zone; throws 400 when there is no such zone. */
export function todayIn(timeZone: string, now: Temporal.Instant): Temporal.PlainDate {
  try {
    return now.toZonedDateTimeISO(timeZone).toPlainDate();
  } catch {
    throw badField('/timeZone', 'is not a time zone of the IANA database');
  }
}

function plainDate(text: string, pointer: string): Temporal.PlainDate {
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    throw badField(pointer, 'is not a date');
  }
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

const isAfter = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) > 0;
const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) => (isAfter(a, b) ? a : b);
const isAfterInstant = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) > 0;
