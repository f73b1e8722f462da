import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ScheduleInput, type WeeklyScheduleInput, weekdays } from '@consulta/contracts';
import fc from 'fast-check';
import { dateInput, weeklyInput } from '../../testing/harness.ts';
import { dayOf, expandSchedule, localDate, minuteOfDay, type SlotTimes } from './expansion.ts';

const zones = [
  'America/Sao_Paulo',
  'America/Rio_Branco',
  'America/Manaus',
  'America/Noronha',
  'America/Fortaleza',
  'America/New_York',
  'Europe/Lisbon',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'UTC',
];
const day = (date: string) => Temporal.PlainDate.from(date);
const startsOf = (slots: SlotTimes[]) => slots.map(({ startsAtMs }) => new Date(startsAtMs).toISOString());
const from = (instant: string, until: string) => ({ fromMs: Date.parse(instant), untilDay: dayOf(until) });

const pad = (n: number) => String(n).padStart(2, '0');
const localTime = fc
  .integer({ min: 0, max: 24 * 60 - 1 })
  .map((minute) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`);
const someDate = fc
  .integer({ min: 0, max: 366 * 20 })
  .map((days) => day('2008-01-01').add({ days }).toString());
const slotMinutes = fc.integer({ min: 5, max: 480 });
const timeZone = fc.constantFrom(...zones);

/** Within a day, up to midnight in three spellings, and over it. */
const window = fc
  .tuple(localTime, fc.oneof(localTime, fc.constantFrom('24:00', '23:59', '00:00')))
  .filter(([startTime, endTime]) => startTime !== endTime);
const weekly = fc
  .record({
    weekdays: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
    window,
    slotMinutes,
    timeZone,
    validFrom: someDate,
    days: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    exceptDates: fc.uniqueArray(someDate, { maxLength: 5 }),
  })
  .map(({ days, window: [startTime, endTime], ...rest }) => ({
    ...weeklyInput({ ...rest, startTime, endTime }),
    ...(days === undefined ? {} : { validUntil: day(rest.validFrom).add({ days }).toString() }),
  }));
const onDate = fc
  .record({
    date: someDate,
    times: fc.uniqueArray(localTime, { minLength: 1, maxLength: 20 }),
    slotMinutes,
    timeZone,
  })
  .map((input) => dateInput(input));
const schedule: fc.Arbitrary<ScheduleInput> = fc.oneof(weekly, onDate);

/** The first date of a schedule and some weeks after it. */
const spanOf = (input: ScheduleInput) => {
  const first = day(input.kind === 'date' ? input.date : input.validFrom);
  const fromMs = first.subtract({ days: 2 }).toZonedDateTime('UTC').epochMilliseconds;
  return { fromMs, untilDay: dayOf(first) + 40 };
};

/**
 * The definition, spelled out minute by minute: of the instants of the span, those whose local time is one at
 * which a slot starts, the first instant of each local time.
 */
function startsByDefinition(
  input: ScheduleInput,
  { fromMs, untilDay }: { fromMs: number; untilDay: number },
) {
  const seen = new Set<string>();
  const starts: number[] = [];
  const endMs = (untilDay + 2) * 86_400_000;
  for (let ms = fromMs; ms < endMs; ms += 60_000) {
    const local = Temporal.Instant.fromEpochMilliseconds(ms)
      .toZonedDateTimeISO(input.timeZone)
      .toPlainDateTime();
    const text = local.toString({ smallestUnit: 'minute' });
    if (seen.has(text)) continue;
    seen.add(text);
    if (startsHere(input, local, untilDay)) starts.push(ms);
  }
  return starts;
}

function startsHere(input: ScheduleInput, local: Temporal.PlainDateTime, untilDay: number): boolean {
  const date = local.toPlainDate();
  const minute = local.hour * 60 + local.minute;
  if (input.kind === 'weekly') {
    return (
      startsInWindow(input, date, minute, untilDay) ||
      startsInWindow(input, date.subtract({ days: 1 }), minute + 24 * 60, untilDay)
    );
  }
  const time = `${pad(local.hour)}:${pad(local.minute)}`;
  return date.toString() === input.date && dayOf(date) < untilDay && input.times.includes(time);
}

/** Whether a slot starts so many minutes after the midnight of the date on which a window begins. */
function startsInWindow(
  input: WeeklyScheduleInput,
  date: Temporal.PlainDate,
  minute: number,
  untilDay: number,
): boolean {
  const text = date.toString();
  if (text < input.validFrom || (input.validUntil && text > input.validUntil)) return false;
  if (dayOf(date) >= untilDay || input.exceptDates?.includes(text)) return false;
  if (!input.weekdays.includes(weekdays[date.dayOfWeek - 1] ?? 'monday')) return false;
  if (!date.toZonedDateTime(input.timeZone).toPlainDate().equals(date)) return false;
  const end = minuteOfDay(input.endTime === '23:59' ? '24:00' : input.endTime);
  const until = input.endTime < input.startTime ? end + 24 * 60 : end;
  const intoWindow = minute - minuteOfDay(input.startTime);
  return intoWindow >= 0 && intoWindow % input.slotMinutes === 0 && minute + input.slotMinutes <= until;
}

test('a schedule has the slots its definition gives, minute by minute, around every change of the clock', () => {
  // Dates around changes in these zones: Brazil's up to 2019, and others with a change at midnight or of half an hour.
  const changes = [
    '2018-02-17',
    '2018-11-03',
    '2019-02-16',
    '2017-10-14',
    '2026-03-07',
    '2026-03-28',
    '2026-04-04',
    '2011-12-29',
  ];
  const near = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -1, max: 2 }))
    .map(([date, days]) => day(date).add({ days }).toString());
  const input = fc.oneof(
    fc.tuple(onDate, near).map(([one, date]) => ({ ...one, date })),
    fc.tuple(weekly, near).map(([one, validFrom]) => ({ ...one, validFrom, validUntil: null })),
  );
  fc.assert(
    fc.property(input, (one) => {
      const first = day(one.kind === 'date' ? one.date : one.validFrom);
      const range = {
        fromMs: first.subtract({ days: 1 }).toZonedDateTime('UTC').epochMilliseconds,
        untilDay: dayOf(first) + 3,
      };
      const expected: number[] = [];
      for (const start of startsByDefinition(one, range)) {
        const previous = expected.at(-1);
        if (previous === undefined || start >= previous + one.slotMinutes * 60_000) expected.push(start);
      }
      assert.deepEqual(
        expandSchedule(one, range).map(({ startsAtMs }) => startsAtMs),
        expected,
      );
    }),
    { numRuns: 60 },
  );
});

test('slots are in order, of full length, and never overlap', () => {
  fc.assert(
    fc.property(schedule, (input) => {
      const slots = expandSchedule(input, spanOf(input));
      for (const [i, slot] of slots.entries()) {
        assert.equal(slot.endsAtMs - slot.startsAtMs, input.slotMinutes * 60_000);
        assert.ok(i === 0 || slot.startsAtMs >= (slots[i - 1]?.endsAtMs ?? 0));
      }
    }),
  );
});

test('expanding in two parts gives what expanding at once gives', () => {
  fc.assert(
    fc.property(weekly, fc.integer({ min: 0, max: 40 }), (input, days) => {
      const whole = spanOf(input);
      const cut = day(input.validFrom).add({ days });
      const cutMs = cut.toZonedDateTime(input.timeZone).epochMilliseconds;
      const one = expandSchedule(input, { ...whole, untilDay: dayOf(cut) });
      const two = expandSchedule(input, { ...whole, fromMs: cutMs, fromDay: dayOf(cut) });
      assert.deepEqual([...one, ...two], expandSchedule(input, whole));
    }),
  );
});

test('slots already over are left out, and running ones are not', () => {
  fc.assert(
    fc.property(schedule, fc.integer({ min: 0, max: 40 * 24 * 60 }), (input, minutes) => {
      const whole = spanOf(input);
      const fromMs = whole.fromMs + minutes * 60_000;
      assert.deepEqual(
        expandSchedule(input, { ...whole, fromMs }),
        expandSchedule(input, whole).filter(({ endsAtMs }) => endsAtMs > fromMs),
      );
    }),
  );
});

test('the midnight that São Paulo skipped in 2018 has no slot, and the day goes on an hour later', () => {
  const input = weeklyInput({
    weekdays: ['saturday', 'sunday'],
    startTime: '00:00',
    endTime: '03:00',
    slotMinutes: 60,
    validFrom: '2018-11-03',
  });
  assert.deepEqual(startsOf(expandSchedule(input, from('2018-11-01T00:00:00Z', '2018-11-05'))), [
    '2018-11-03T03:00:00.000Z',
    '2018-11-03T04:00:00.000Z',
    '2018-11-03T05:00:00.000Z',
    '2018-11-04T03:00:00.000Z',
    '2018-11-04T04:00:00.000Z',
  ]);
});

test('the date that Samoa skipped in 2011 has no slots', () => {
  const skipped = {
    kind: 'date',
    date: '2011-12-30',
    times: ['00:00', '12:00'],
    slotMinutes: 30,
    timeZone: 'Pacific/Apia',
  } as const;
  const range = { fromMs: 0, untilDay: dayOf('2012-01-02') };
  assert.deepEqual(expandSchedule({ ...skipped, times: [...skipped.times] }, range), []);
});

test('of the hour that São Paulo lived twice in 2019 the earlier has the slot', () => {
  const input = dateInput({ date: '2019-02-16', times: ['22:30', '23:30'], slotMinutes: 60 });
  assert.deepEqual(startsOf(expandSchedule(input, from('2019-02-16T00:00:00Z', '2019-02-17'))), [
    '2019-02-17T00:30:00.000Z',
    '2019-02-17T01:30:00.000Z',
  ]);
});

test('a slot that runs over a skipped hour pushes out the one it would overlap', () => {
  const input = dateInput({
    date: '2026-03-08',
    times: ['01:30', '03:00', '03:30'],
    slotMinutes: 45,
    timeZone: 'America/New_York',
  });
  assert.deepEqual(
    startsOf(expandSchedule({ ...input, slotMinutes: 30 }, from('2026-03-08T00:00:00Z', '2026-03-09'))),
    ['2026-03-08T06:30:00.000Z', '2026-03-08T07:00:00.000Z', '2026-03-08T07:30:00.000Z'],
  );
  assert.deepEqual(startsOf(expandSchedule(input, from('2026-03-08T00:00:00Z', '2026-03-09'))), [
    '2026-03-08T06:30:00.000Z',
    '2026-03-08T07:30:00.000Z',
  ]);
});

test("a window's end is exclusive: the last slot ends by it", () => {
  const input = weeklyInput({
    startTime: '08:00',
    endTime: '09:50',
    slotMinutes: 30,
    validUntil: '2026-03-02',
  });
  assert.deepEqual(startsOf(expandSchedule(input, from('2026-03-01T00:00:00Z', '2026-03-09'))), [
    '2026-03-02T11:00:00.000Z',
    '2026-03-02T11:30:00.000Z',
    '2026-03-02T12:00:00.000Z',
  ]);
});

test('slots lie on the local dates asked for or past their midnight, whatever date it is in UTC', () => {
  fc.assert(
    fc.property(weekly, (input) => {
      const range = spanOf(input);
      const latest = range.untilDay - (input.endTime < input.startTime ? 0 : 1);
      for (const { startsAtMs } of expandSchedule(input, range)) {
        const date = localDate(startsAtMs, input.timeZone);
        assert.ok(dayOf(date) <= latest);
        assert.ok(date.toString() >= input.validFrom);
      }
    }),
  );
});

test('a window up to midnight loses no slot, however midnight is written', () => {
  const input = weeklyInput({ startTime: '22:00', slotMinutes: 30, validUntil: '2026-03-02' });
  const expected = ['01:00', '01:30', '02:00', '02:30'].map((time) => `2026-03-03T${time}:00.000Z`);
  for (const endTime of ['24:00', '23:59', '00:00']) {
    const slots = expandSchedule({ ...input, endTime }, from('2026-03-01T00:00:00Z', '2026-03-09'));
    assert.deepEqual(startsOf(slots), expected, endTime);
  }
  const whole = { ...input, startTime: '00:00', endTime: '24:00', slotMinutes: 480 };
  assert.equal(expandSchedule(whole, from('2026-03-01T00:00:00Z', '2026-03-09')).length, 3);
});

test('a night shift belongs to the day it starts on: its weekday, validity and exceptions count', () => {
  const input = weeklyInput({
    weekdays: ['monday', 'tuesday', 'wednesday'],
    startTime: '19:00',
    endTime: '07:00',
    slotMinutes: 240,
    validFrom: '2026-03-02',
    validUntil: '2026-03-04',
    exceptDates: ['2026-03-03'],
  });
  assert.deepEqual(startsOf(expandSchedule(input, from('2026-03-01T00:00:00Z', '2026-03-09'))), [
    '2026-03-02T22:00:00.000Z',
    '2026-03-03T02:00:00.000Z',
    '2026-03-03T06:00:00.000Z',
    '2026-03-04T22:00:00.000Z',
    '2026-03-05T02:00:00.000Z',
    '2026-03-05T06:00:00.000Z',
  ]);
});
