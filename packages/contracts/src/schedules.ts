import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { DateOnly, Instant, LocalTime, TimeZone } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { PageQuery, separated } from './common/pages.ts';

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

const SlotMinutes = Type.Integer({ minimum: 5, maximum: 480, examples: [30] });
const Weekday = Type.Enum([...weekdays], { title: 'Weekday' });
const Active = Type.Boolean({ default: true, description: 'an inactive schedule offers no slots' });

/** Slots at chosen local times of one date. */
export const DateScheduleInput = Type.Object(
  {
    kind: Type.Literal('date'),
    date: DateOnly,
    times: Type.Array(LocalTime, { minItems: 1, maxItems: 288, uniqueItems: true }),
    slotMinutes: SlotMinutes,
    timeZone: TimeZone,
    active: Type.Optional(Active),
  },
  {
    title: 'DateScheduleInput',
    description: 'Slots at chosen local times of one date',
    additionalProperties: false,
  },
);
/**
 * Back-to-back slots between two local times on chosen weekdays. A window that crosses midnight is of the day it starts
 * on: that one's weekday, validity and exceptions count.
 */
export const WeeklyScheduleInput = Type.Object(
  {
    kind: Type.Literal('weekly'),
    weekdays: Type.Array(Weekday, { minItems: 1, maxItems: 7, uniqueItems: true }),
    startTime: Type.String({ ...LocalTime, examples: ['08:00'] }),
    endTime: Type.String({
      title: 'EndTime',
      maxLength: 5,
      pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
      description: 'HH:mm; 24:00 and 23:59 are midnight, and before startTime it is on the next day',
      examples: ['12:00'],
    }),
    slotMinutes: SlotMinutes,
    timeZone: TimeZone,
    validFrom: DateOnly,
    validUntil: Type.Optional(nullable(Type.String({ ...DateOnly, examples: ['2031-12-19'] }))),
    exceptDates: Type.Optional(
      Type.Array(Type.String({ ...DateOnly, examples: ['2031-12-01'] }), {
        maxItems: 366,
        uniqueItems: true,
        description: 'days off',
      }),
    ),
    active: Type.Optional(Active),
  },
  {
    title: 'WeeklyScheduleInput',
    description: 'Back-to-back slots between two local times on chosen weekdays',
    additionalProperties: false,
  },
);
export const ScheduleInput = Type.Union([DateScheduleInput, WeeklyScheduleInput], {
  title: 'ScheduleInput',
  discriminator: { propertyName: 'kind' },
});
export type DateScheduleInput = Static<typeof DateScheduleInput>;
export type WeeklyScheduleInput = Static<typeof WeeklyScheduleInput>;
export type ScheduleInput = Static<typeof ScheduleInput>;

const scheduleFacts = {
  id: Id,
  doctorId: Id,
  active: Type.Boolean({ examples: [true] }),
  slots: Type.Object(
    { open: Type.Integer({ examples: [8] }), taken: Type.Integer({ examples: [2] }) },
    { title: 'SlotCounts', description: 'future slots' },
  ),
  createdAt: Instant,
  updatedAt: Instant,
};
const DateSchedule = Type.Object(
  { ...DateScheduleInput.properties, ...scheduleFacts },
  { title: 'DateSchedule' },
);
const WeeklySchedule = Type.Object(
  { ...WeeklyScheduleInput.properties, ...scheduleFacts },
  { title: 'WeeklySchedule' },
);
export const Schedule = Type.Union([DateSchedule, WeeklySchedule], {
  title: 'Schedule',
  discriminator: { propertyName: 'kind' },
});
export type Schedule = Static<typeof Schedule>;

const EndsAt = Type.String({ ...Instant, examples: ['2031-03-10T12:30:00.000Z'] });

export const Interval = Type.Object({ startsAt: Instant, endsAt: EndsAt }, { title: 'Interval' });
export type Interval = Static<typeof Interval>;

export const SchedulePreview = Type.Object(
  {
    slots: Type.Array(Interval),
    conflicts: Type.Array(Type.Object({ scheduleId: Id, startsAt: Instant, endsAt: EndsAt }), {
      description: "the doctor's other slots that overlap, at most 100",
    }),
  },
  { title: 'SchedulePreview' },
);
export type SchedulePreview = Static<typeof SchedulePreview>;

export const ScheduleSlot = Type.Object(
  {
    id: Id,
    startsAt: Instant,
    endsAt: EndsAt,
    timeZone: TimeZone,
    status: Type.Enum(['open', 'taken'], { examples: ['taken'] }),
    appointmentId: Type.Optional(Id),
  },
  { title: 'ScheduleSlot' },
);
export type ScheduleSlot = Static<typeof ScheduleSlot>;
export const OpenSlot = Type.Object(
  { id: Id, scheduleId: Id, startsAt: Instant, endsAt: EndsAt, timeZone: TimeZone },
  { title: 'OpenSlot' },
);
export type OpenSlot = Static<typeof OpenSlot>;

export const OpenSlotsQuery = Type.Object(
  { from: Type.Optional(Instant), to: Type.Optional(Instant), ...PageQuery.properties },
  { additionalProperties: false },
);

const ConfirmWithinHours = nullable(Type.Integer({ minimum: 1, maximum: 720, examples: [24] }), {
  description: 'an unanswered request is declined after this; null: never',
});

export const BookingSettings = Type.Object(
  {
    autoConfirm: Type.Boolean({ default: false }),
    confirmWithinHours: ConfirmWithinHours,
    minBookingNoticeMinutes: Type.Integer({ minimum: 0, maximum: 525_600, examples: [0] }),
    minCancelNoticeMinutes: Type.Integer({ minimum: 0, maximum: 525_600, examples: [0] }),
  },
  { title: 'BookingSettings', additionalProperties: false },
);
export type BookingSettings = Static<typeof BookingSettings>;

/** What a doctor sends to replace their settings; what is left out takes its default. */
export const BookingSettingsInput = Type.Object(
  {
    autoConfirm: Type.Optional(Type.Boolean({ default: false })),
    confirmWithinHours: Type.Optional(ConfirmWithinHours),
    minBookingNoticeMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 525_600, default: 0 })),
    minCancelNoticeMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 525_600, default: 0 })),
  },
  { title: 'BookingSettingsInput', additionalProperties: false },
);
export type BookingSettingsInput = Static<typeof BookingSettingsInput>;

export const defaultBookingSettings: BookingSettings = {
  autoConfirm: false,
  confirmWithinHours: 24,
  minBookingNoticeMinutes: 0,
  minCancelNoticeMinutes: 0,
};

export const NextSlotsQuery = Type.Object(
  {
    doctorIds: separated(Type.Array(Id, { minItems: 1, maxItems: 20 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 6, default: 3, description: 'slots a doctor' })),
    from: Type.Optional(Instant),
  },
  { additionalProperties: false },
);
export type NextSlotsQuery = Static<typeof NextSlotsQuery>;

/** A doctor's first open slots, and on which terms they are booked. */
export const NextSlots = Type.Object(
  {
    doctorId: Id,
    slots: Type.Array(OpenSlot),
    booking: Type.Object({
      confirmation: Type.Enum(['automatic', 'manual'], { examples: ['manual'] }),
      confirmWithinHours: nullable(Type.Integer({ examples: [24] })),
      minCancelNoticeMinutes: Type.Integer({ examples: [0] }),
    }),
  },
  { title: 'NextSlots' },
);
export type NextSlots = Static<typeof NextSlots>;
