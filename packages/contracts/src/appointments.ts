import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { showing } from './common/notes.ts';
import { mostlyNull, nullable } from './common/nullable.ts';
import { PageQuery } from './common/pages.ts';
import { ShownPatient } from './common/people.ts';
import { Reason } from './common/reason.ts';
import { text } from './common/text.ts';
import { ConsultationMode, ShownDoctor } from './doctors.ts';

export const appointmentStatuses = [
  'requested',
  'rejected',
  'awaiting_confirmation',
  'confirmed',
  'declined',
  'cancelled',
  'replaced',
  'in_progress',
  'concluded',
  'no_show',
] as const;
export const AppointmentStatus = Type.Enum([...appointmentStatuses], {
  title: 'AppointmentStatus',
  examples: ['confirmed'],
});
export type AppointmentStatus = Static<typeof AppointmentStatus>;

/** Something for each status, by its name. */
export const ofEachStatus = <T>(make: () => T): Record<AppointmentStatus, T> =>
  Object.fromEntries(appointmentStatuses.map((status) => [status, make()])) as Record<AppointmentStatus, T>;

/** The statuses in which an appointment holds its slot. */
export const holdingStatuses = [
  'awaiting_confirmation',
  'confirmed',
  'in_progress',
  'concluded',
  'no_show',
] as const satisfies readonly AppointmentStatus[];
const holding: ReadonlySet<AppointmentStatus> = new Set(holdingStatuses);
/** Whether an appointment of this status holds its slot. */
export const isHolding = (status: AppointmentStatus): boolean => holding.has(status);

export const rejectionReasons = [
  'slot_taken',
  'slot_withdrawn',
  'patient_busy',
  'doctor_unavailable',
  'original_closed',
  'already_yours',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

export const Appointment = Type.Object(
  {
    id: Id,
    slotId: Id,
    scheduleId: Id,
    doctorId: Id,
    patientId: Id,
    startsAt: Instant,
    endsAt: Instant,
    timeZone: Type.String({ examples: ['America/Sao_Paulo'] }),
    mode: ConsultationMode,
    status: AppointmentStatus,
    statusReason: nullable(Type.String(), {
      examples: [null],
      description: 'the code of a rejection, or what was written when it was declined or cancelled',
    }),
    note: nullable(Type.String({ examples: ['Primeira consulta'] })),
    requestedAt: Instant,
    decidedAt: mostlyNull(Instant),
    confirmedAt: mostlyNull(Instant),
    confirmBy: mostlyNull(Instant),
    cancelledAt: mostlyNull(Instant),
    cancelledBy: mostlyNull(Type.Enum(['patient', 'doctor'])),
    cancellableUntil: nullable(Instant, { description: 'until when its patient may cancel or move it' }),
    replacesId: nullable(Id, {
      examples: [null],
      description: 'the appointment this one was asked for in place of',
    }),
    doctor: ShownDoctor,
    patient: ShownPatient,
  },
  { title: 'Appointment' },
);
export type Appointment = Static<typeof Appointment>;

const someId = '0193b7a4-5c00-7000-8000-000000000000';
const asked = '2031-03-03T13:00:00.000Z';
const decided = '2031-03-03T13:00:01.000Z';
const later = '2031-03-03T15:20:00.000Z';
const justAsked: Appointment = {
  id: someId,
  slotId: someId,
  scheduleId: someId,
  doctorId: someId,
  patientId: someId,
  startsAt: '2031-03-10T12:00:00.000Z',
  endsAt: '2031-03-10T12:30:00.000Z',
  timeZone: 'America/Sao_Paulo',
  mode: 'in_person',
  status: 'requested',
  statusReason: null,
  note: 'Primeira consulta',
  requestedAt: asked,
  decidedAt: null,
  confirmedAt: null,
  confirmBy: null,
  cancelledAt: null,
  cancelledBy: null,
  cancellableUntil: '2031-03-10T12:00:00.000Z',
  replacesId: null,
  doctor: {
    id: someId,
    fullName: 'Carlos Eduardo Lima',
    honorific: 'dr',
    crm: { number: '123456', state: 'SP' },
    specialties: ['Cardiologia'],
    address: null,
  },
  patient: { id: someId, fullName: 'Ana Beatriz Souza', socialName: null },
};
const booked = { ...justAsked, status: 'awaiting_confirmation', decidedAt: decided } as const;

/** What is answered once a request is durable, once it is booked, and once it is cancelled. */
export const RequestedAppointment = showing(Appointment, justAsked);
export const BookedAppointment = showing(Appointment, booked);
export const CancelledAppointment = showing(Appointment, {
  ...booked,
  status: 'cancelled',
  statusReason: 'Mudança de planos',
  cancelledAt: later,
  cancelledBy: 'patient',
  cancellableUntil: null,
});

export const Note = text(1000, { examples: ['Primeira consulta'] });
/** One of those that the doctor offers. */
const ChosenMode = Type.Optional(ConsultationMode);
export const RequestAppointment = Type.Object(
  { slotId: Id, mode: ChosenMode, note: Type.Optional(nullable(Note)) },
  { title: 'RequestAppointment', additionalProperties: false },
);
export const RescheduleAppointment = Type.Object(
  { slotId: Id, mode: ChosenMode },
  { title: 'RescheduleAppointment', additionalProperties: false },
);
export const AnnotateAppointment = Type.Object(
  { note: nullable(Note) },
  { title: 'AnnotateAppointment', additionalProperties: false },
);
/** A doctor says why; a patient need not. */
export const CancelAppointment = Type.Object(
  { reason: Type.Optional(Reason.properties.reason) },
  { title: 'CancelAppointment', additionalProperties: false },
);

export const AppointmentListQuery = Type.Object(
  {
    status: Type.Optional(Type.Array(AppointmentStatus, { maxItems: appointmentStatuses.length })),
    patientId: Type.Optional(Id),
    order: Type.Optional(Type.Enum(['asc', 'desc'], { default: 'asc' })),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    ...PageQuery.properties,
  },
  { additionalProperties: false },
);
export type AppointmentListQuery = Static<typeof AppointmentListQuery>;

export const HistoryEntry = Type.Object(
  {
    status: AppointmentStatus,
    statusReason: mostlyNull(Type.String()),
    by: Type.Enum(['patient', 'doctor', 'system'], { examples: ['doctor'] }),
    at: Instant,
  },
  { title: 'HistoryEntry' },
);
export type HistoryEntry = Static<typeof HistoryEntry>;

/** What the live stream carries: ids and the new status, nothing else. */
export type AppointmentEvent = { appointmentId: string; status: AppointmentStatus; at: string };
