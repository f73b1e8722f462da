import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { DateOnly, Instant, LocalTime, TimeZone } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { PageQuery } from './common/pages.ts';

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

const SlotMinutes = Type.Integer({ minimum: 5, maximum: 480 });
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
  { additionalProperties: false },
);
/** Back-to-back slots between two local times on chosen weekdays. */
export const WeeklyScheduleInput = Type.Object(
  {
    kind: Type.Literal('weekly'),
    weekdays: Type.Array(Type.Enum([...weekdays]), { minItems: 1, maxItems: 7, uniqueItems: true }),
    startTime: LocalTime,
    endTime: LocalTime,
    slotMinutes: SlotMinutes,
    timeZone: TimeZone,
    validFrom: DateOnly,
    validUntil: Type.Optional(nullable(DateOnly)),
    exceptDates: Type.Optional(Type.Array(DateOnly, { maxItems: 366, uniqueItems: true })),
    active: Type.Optional(Active),
  },
  { additionalProperties: false },
);
export const ScheduleInput = Type.Union([DateScheduleInput, WeeklyScheduleInput]);
export type DateScheduleInput = Static<typeof DateScheduleInput>;
export type WeeklyScheduleInput = Static<typeof WeeklyScheduleInput>;
export type ScheduleInput = Static<typeof ScheduleInput>;

const scheduleFacts = {
  id: Id,
  doctorId: Id,
  active: Type.Boolean(),
  slots: Type.Object({ open: Type.Integer(), taken: Type.Integer() }, { description: 'future slots' }),
  createdAt: Instant,
  updatedAt: Instant,
};
/** One object with `kind`; the fields of the other kind are absent. */
export const Schedule = Type.Object({
  ...scheduleFacts,
  kind: Type.Enum(['date', 'weekly']),
  date: Type.Optional(DateOnly),
  times: Type.Optional(Type.Array(LocalTime)),
  weekdays: Type.Optional(Type.Array(Type.Enum([...weekdays]))),
  startTime: Type.Optional(LocalTime),
  endTime: Type.Optional(LocalTime),
  slotMinutes: Type.Integer(),
  timeZone: Type.String(),
  validFrom: Type.Optional(DateOnly),
  validUntil: Type.Optional(nullable(DateOnly)),
  exceptDates: Type.Optional(Type.Array(DateOnly)),
});
export type Schedule = Static<typeof Schedule>;

export const Interval = Type.Object({ startsAt: Instant, endsAt: Instant });
export type Interval = Static<typeof Interval>;

export const SchedulePreview = Type.Object({
  slots: Type.Array(Interval),
  conflicts: Type.Array(Type.Object({ scheduleId: Id, startsAt: Instant, endsAt: Instant }), {
    description: "the doctor's other slots that overlap, at most 100",
  }),
});
export type SchedulePreview = Static<typeof SchedulePreview>;

export const ScheduleSlot = Type.Object({
  id: Id,
  startsAt: Instant,
  endsAt: Instant,
  status: Type.Enum(['open', 'taken']),
  appointmentId: Type.Optional(Id),
});
export type ScheduleSlot = Static<typeof ScheduleSlot>;
export const OpenSlot = Type.Object({ id: Id, scheduleId: Id, startsAt: Instant, endsAt: Instant });
export type OpenSlot = Static<typeof OpenSlot>;

export const OpenSlotsQuery = Type.Object(
  { from: Type.Optional(Instant), to: Type.Optional(Instant), ...PageQuery.properties },
  { additionalProperties: false },
);

export const BookingSettings = Type.Object(
  {
    autoConfirm: Type.Boolean({ default: false }),
    confirmWithinHours: nullable(Type.Integer({ minimum: 1, maximum: 720 })),
    minBookingNoticeMinutes: Type.Integer({ minimum: 0, maximum: 525_600 }),
    minCancelNoticeMinutes: Type.Integer({ minimum: 0, maximum: 525_600 }),
  },
  { additionalProperties: false },
);
export type BookingSettings = Static<typeof BookingSettings>;

/** What a doctor sends to replace their settings; what is left out takes its default. */
export const BookingSettingsInput = Type.Object(
  {
    autoConfirm: Type.Optional(Type.Boolean({ default: false })),
    confirmWithinHours: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 720 }))),
    minBookingNoticeMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 525_600, default: 0 })),
    minCancelNoticeMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 525_600, default: 0 })),
  },
  { additionalProperties: false },
);
export type BookingSettingsInput = Static<typeof BookingSettingsInput>;

export const defaultBookingSettings: BookingSettings = {
  autoConfirm: false,
  confirmWithinHours: 24,
  minBookingNoticeMinutes: 0,
  minCancelNoticeMinutes: 0,
};
