import { type Appointment, erasedName, type PersonCard } from '@consulta/contracts';
import { digestOf, etagOf } from '@consulta/platform/http';
import type { FastifyReply } from 'fastify';
import type { PeopleDirectory } from '../people/directory.ts';
import type { AppointmentOverview } from '../tables.ts';
import { cancellableUntil, isTooLate } from './rules.ts';

/** Turns rows into the contract's Appointment, with the names of both people. */
export async function showAppointments(
  rows: AppointmentOverview[],
  people: PeopleDirectory,
  now: Temporal.Instant,
): Promise<Appointment[]> {
  return Promise.all(rows.map((row) => showAppointment(row, people, now)));
}

/** Turns one row into the contract's Appointment. */
export async function showAppointment(
  row: AppointmentOverview,
  people: PeopleDirectory,
  now: Temporal.Instant,
): Promise<Appointment> {
  const [doctor, patient] = await Promise.all([people.find(row.doctor_id), people.find(row.patient_id)]);
  return toAppointment(row, { doctor, patient, now });
}

/** The same, with its entity tag: of the appointment, of what is shown of its people, and of what the clock changes. */
export async function showTagged(
  reply: FastifyReply,
  row: AppointmentOverview,
  { people, now }: { people: PeopleDirectory; now: () => Temporal.Instant },
): Promise<Appointment> {
  const appointment = await showAppointment(row, people, now());
  const { doctor, patient, cancellableUntil: until } = appointment;
  reply.header('etag', etagOf(digestOf(row), digestOf([doctor, patient, until])));
  return appointment;
}

type Beside = { doctor: PersonCard | undefined; patient: PersonCard | undefined; now: Temporal.Instant };

/** The contract's Appointment from a row and what is known of its people. */
export function toAppointment(row: AppointmentOverview, { doctor, patient, now }: Beside): Appointment {
  const until = isTooLate(row, now) ? null : cancellableUntil(row);
  return {
    id: row.id,
    slotId: row.slot_id,
    scheduleId: row.schedule_id,
    doctorId: row.doctor_id,
    patientId: row.patient_id,
    startsAt: row.starts_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    timeZone: row.time_zone,
    mode: row.mode,
    status: row.status,
    statusReason: row.status_reason,
    note: row.note,
    requestedAt: row.requested_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    cancelledAt: row.cancelled_at?.toISOString() ?? null,
    confirmBy: row.status === 'awaiting_confirmation' ? (row.confirm_by?.toISOString() ?? null) : null,
    cancelledBy: row.cancelled_by,
    cancellableUntil: until?.toISOString() ?? null,
    replacesId: row.replaces_id,
    doctor: {
      id: row.doctor_id,
      fullName: doctor?.fullName ?? erasedName,
      honorific: doctor?.doctor?.honorific ?? null,
      crm: doctor?.doctor?.crm ?? null,
      specialties: doctor?.doctor?.specialties ?? [],
      address: doctor?.doctor?.address ?? null,
    },
    patient: {
      id: row.patient_id,
      fullName: patient?.fullName ?? erasedName,
      socialName: patient?.socialName ?? null,
    },
  };
}
