import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ScheduleInput, type WeeklyScheduleInput, weekdays } from '@consulta/contracts';
import fc from 'fast-check';
import { dateInput, weeklyInput } from '../../testing/harness.ts';
import { dayOf, expandSchedule } from './expansion.ts';
import { overlapping, overlapsOf } from './overlaps.ts';

const pad = (n: number) => String(n).padStart(2, '0');
const localTime = fc
  .integer({ min: 0, max: 95 })
  .map((n) => `${pad(Math.floor(n / 4))}:${pad((n % 4) * 15)}`);
const someDate = fc
  .integer({ min: 0, max: 500 })
  .map((days) => Temporal.PlainDate.from('2026-03-01').add({ days }).toString());
const timeZone = fc.constantFrom(
  'America/Sao_Paulo',
  'America/Rio_Branco',
  'America/New_York',
  'Europe/Lisbon',
  'Australia/Lord_Howe',
);

/** Short windows on few days, so that pairs that meet rarely or never are common. */
const weekly: fc.Arbitrary<WeeklyScheduleInput> = fc
  .record({
    weekdays: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1, maxLength: 2 }),
    startTime: localTime,
    endTime: fc.oneof(localTime, fc.constant('24:00')),
    slotMinutes: fc.constantFrom(15, 45, 120),
    timeZone,
    validFrom: someDate,
    days: fc.integer({ min: 0, max: 600 }),
    exceptDates: fc.uniqueArray(someDate, { maxLength: 60 }),
  })
  .filter(({ startTime, endTime }) => startTime !== endTime)
  .map(({ days, ...rest }) =>
    weeklyInput({
      ...rest,
      validUntil: Temporal.PlainDate.from(rest.validFrom).add({ days }).toString(),
    }),
  );
const onDate: fc.Arbitrary<ScheduleInput> = fc
  .record({
    date: someDate,
    times: fc.uniqueArray(localTime, { minLength: 1, maxLength: 5 }),
    slotMinutes: fc.constant(15),
    timeZone,
  })
  .map((input) => dateInput(input));

const fromMs = Date.parse('2026-03-02T12:00:00Z');
const everySlot = (schedule: ScheduleInput) =>
  expandSchedule(schedule, { fromMs, untilDay: dayOf('2031-01-01') }).filter(
    ({ startsAtMs }) => startsAtMs > fromMs,
  );

test('two schedules overlap where slot by slot they do, to their ends, whichever is asked about', () => {
  fc.assert(
    fc.property(fc.oneof(weekly, onDate), weekly, (one, other) => {
      const search = { fromMs, max: 100_000 };
      const expected = overlapping(everySlot(one), everySlot(other));
      assert.deepEqual(overlapsOf(one, other, search), expected);
      assert.deepEqual(overlapsOf(one, other, { fromMs, max: 1 }), expected.slice(0, 1));
      if (one.kind === 'weekly') {
        assert.deepEqual(overlapsOf(other, one, search), overlapping(everySlot(other), everySlot(one)));
      }
    }),
    { numRuns: 300 },
  );
});

test('schedules of two zones that meet only while their clocks are changed on other dates are found', () => {
  // Three weeks in March it is four hours between them, five otherwise.
  const common = { weekdays: [...weekdays], slotMinutes: 60, validFrom: '2026-06-01' };
  const inNewYork = weeklyInput({
    ...common,
    timeZone: 'America/New_York',
    startTime: '09:00',
    endTime: '10:00',
  });
  const inLisbon = weeklyInput({
    ...common,
    timeZone: 'Europe/Lisbon',
    startTime: '13:00',
    endTime: '14:00',
  });
  const [first] = overlapsOf(inNewYork, inLisbon, { fromMs, max: 1 });
  assert.equal(first && new Date(first.startsAtMs).toISOString(), '2026-10-25T13:00:00.000Z');
});

test('what meets only at the end of all time is found', () => {
  const last = weeklyInput({ validFrom: '2199-12-01', startTime: '09:45', endTime: '10:15' });
  assert.equal(overlapsOf(weeklyInput(), last, { fromMs, max: 1 }).length, 1);
});
