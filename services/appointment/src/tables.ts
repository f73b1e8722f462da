import type { AppointmentStatus, ConsultationMode } from '@consulta/contracts';
import type { Generated } from 'kysely';

/** The statuses of a request that was booked; before that there is no row in `appointments`. */
export type BookedStatus = Exclude<AppointmentStatus, 'requested' | 'rejected'>;

export type BookingRequestsTable = {
  id: string;
  arrival: Generated<number>;
  slot_id: string;
  schedule_id: string;
  doctor_id: string;
  patient_id: string;
  starts_at: Date;
  ends_at: Date;
  time_zone: string;
  mode: ConsultationMode;
  note: string | null;
  replaces_id: string | null;
  requested_at: Generated<Date>;
};

export type UndecidedRequestsTable = {
  doctor_id: string;
  patient_id: string | null;
  arrival: number;
  id: string;
  slot_id: string;
  replaces_id: string | null;
  requested_at: Generated<Date>;
};

export type ClosedRequestsTable = {
  id: string;
  outcome: 'rejected' | 'cancelled';
  reason: string | null;
  cancelled_by: Generated<'patient' | 'doctor' | null>;
  closed_at: Generated<Date>;
};

export type AppointmentsTable = {
  id: string;
  slot_id: string;
  doctor_id: string;
  patient_id: string;
  starts_at: Date;
  ends_at: Date;
  status: BookedStatus;
  status_reason: Generated<string | null>;
  booked_as: 'awaiting_confirmation' | 'confirmed';
  booked_at: Generated<Date>;
  confirm_by: Date | null;
  confirmed_at: Date | null;
  cancelled_at: Generated<Date | null>;
  cancelled_by: Generated<'patient' | 'doctor' | null>;
  cancel_notice_minutes: Generated<number>;
};

export type AppointmentTransitionsTable = {
  id: Generated<number>;
  appointment_id: string;
  status: AppointmentStatus;
  status_reason: string | null;
  by: 'patient' | 'doctor' | 'system';
  at: Generated<Date>;
};

export type PendingEventsTable = {
  position: Generated<number>;
  appointment_id: string;
  patient_id: string;
  doctor_id: string;
  status: AppointmentStatus;
  at: Generated<Date>;
};

export type EventStreamTable = {
  stream_id: Generated<number>;
  appointment_id: string;
  patient_id: string;
  doctor_id: string;
  status: AppointmentStatus;
  at: Date;
};

/** The view of a request together with its appointment. */
export type AppointmentOverview = {
  id: string;
  slot_id: string;
  schedule_id: string;
  doctor_id: string;
  patient_id: string;
  starts_at: Date;
  ends_at: Date;
  time_zone: string;
  mode: ConsultationMode;
  status: AppointmentStatus;
  status_reason: string | null;
  note: string | null;
  requested_at: Date;
  decided_at: Date | null;
  confirmed_at: Date | null;
  cancelled_at: Date | null;
  cancelled_by: 'patient' | 'doctor' | null;
  replaces_id: string | null;
  confirm_by: Date | null;
  /** The notice for cancelling in force when it was booked; 0 before that. */
  cancel_notice_minutes: number;
};

export type FeedbacksTable = {
  id: Generated<string>;
  appointment_id: string;
  doctor_id: string;
  patient_id: string;
  rating: number;
  comment: string | null;
  given_at: Generated<Date>;
  reply: Generated<string | null>;
  replied_at: Generated<Date | null>;
  /** Whether the rating that counts it was handed on. */
  rated: Generated<boolean>;
};

export type ErasuresTable = {
  person_id: string;
  told_at: Generated<Date>;
  erased_at: Date | null;
  settled: Generated<boolean>;
};

/** AppointmentDB as Kysely sees it. */
export type AppointmentTables = {
  booking_requests: BookingRequestsTable;
  undecided_requests: UndecidedRequestsTable;
  closed_requests: ClosedRequestsTable;
  appointments: AppointmentsTable;
  appointment_transitions: AppointmentTransitionsTable;
  pending_events: PendingEventsTable;
  event_stream: EventStreamTable;
  event_stream_floor: { only_row: Generated<boolean>; stream_id: number };
  appointment_overview: AppointmentOverview;
  feedbacks: FeedbacksTable;
  reviews: { feedback_id: string; doctor_id: string; rating: number; given_at: Date };
  erasures: ErasuresTable;
  doctor_ratings: { doctor_id: string; sum: number; count: number; version: number };
};
