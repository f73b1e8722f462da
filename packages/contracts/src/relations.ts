import { type Static, Type } from 'typebox';
import { Address } from './common/addresses.ts';
import { Id } from './common/ids.ts';
import { DateOnly, Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { Crm } from './doctors.ts';

const meetings = {
  lastAppointmentAt: nullable(Instant),
  nextAppointmentAt: nullable(Instant),
};

/** GET /users/me/doctors: a doctor the patient has, or had, an appointment with. */
export const AcquaintedDoctor = Type.Object({
  doctor: Type.Object({
    id: Id,
    fullName: Type.String(),
    crm: nullable(Crm),
    specialties: Type.Array(Type.String()),
    address: nullable(Address),
  }),
  ...meetings,
});
export type AcquaintedDoctor = Static<typeof AcquaintedDoctor>;

/** GET /users/me/patients: a patient the doctor has, or had, an appointment with. */
export const AcquaintedPatient = Type.Object({
  patient: Type.Object({
    id: Id,
    fullName: Type.String(),
    socialName: nullable(Type.String()),
    birthDate: nullable(DateOnly),
    phone: nullable(Type.String()),
  }),
  ...meetings,
});
export type AcquaintedPatient = Static<typeof AcquaintedPatient>;
