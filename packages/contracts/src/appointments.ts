import { type Static, Type } from 'typebox';
import { Address } from './common/addresses.ts';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { PageQuery } from './common/pages.ts';
import { line, text } from './common/text.ts';
import { ConsultationMode } from './doctors.ts';

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
export const AppointmentStatus = Type.Enum([...appointmentStatuses]);
export type AppointmentStatus = Static<typeof AppointmentStatus>;

/** The statuses in which an appointment holds its slot. */
export const holdingStatuses = [
  'awaiting_confirmation',
  'confirmed',
  'in_progress',
  'concluded',
  'no_show',
] as const satisfies readonly AppointmentStatus[];

export const rejectionReasons = [
  'slot_taken',
  'slot_withdrawn',
  'patient_busy',
  'doctor_unavailable',
  'original_closed',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

export const Appointment = Type.Object({
  id: Id,
  slotId: Id,
  scheduleId: Id,
  doctorId: Id,
  patientId: Id,
  startsAt: Instant,
  endsAt: Instant,
  timeZone: Type.String(),
  mode: ConsultationMode,
  status: AppointmentStatus,
  statusReason: nullable(Type.String()),
  note: nullable(Type.String()),
  requestedAt: Instant,
  decidedAt: nullable(Instant),
  confirmedAt: nullable(Instant),
  cancelledAt: nullable(Instant),
  cancelledBy: nullable(Type.Enum(['patient', 'doctor'])),
  replacesId: nullable(Id),
  doctor: Type.Object({
    id: Id,
    fullName: Type.String(),
    specialties: Type.Array(Type.String()),
    address: nullable(Address),
  }),
  patient: Type.Object({ id: Id, fullName: Type.String() }),
});
export type Appointment = Static<typeof Appointment>;

export const Note = text(1000);
export const RequestAppointment = Type.Object(
  { slotId: Id, note: Type.Optional(nullable(Note)) },
  { additionalProperties: false },
);
export const RescheduleAppointment = Type.Object({ slotId: Id }, { additionalProperties: false });
export const AnnotateAppointment = Type.Object({ note: nullable(Note) }, { additionalProperties: false });
export const Reason = Type.Object({ reason: line(500) }, { additionalProperties: false });
export type Reason = Static<typeof Reason>;

export const AppointmentListQuery = Type.Object(
  {
    status: Type.Optional(AppointmentStatus),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    ...PageQuery.properties,
  },
  { additionalProperties: false },
);
export type AppointmentListQuery = Static<typeof AppointmentListQuery>;

export const HistoryEntry = Type.Object({
  status: AppointmentStatus,
  statusReason: nullable(Type.String()),
  by: Type.Enum(['patient', 'doctor', 'system']),
  at: Instant,
});
export type HistoryEntry = Static<typeof HistoryEntry>;

/** What the live stream carries: ids and the new status, nothing else. */
export type AppointmentEvent = { appointmentId: string; status: AppointmentStatus; at: string };
