import { type Static, Type } from 'typebox';
import { DateOnly, Id, Instant, nullable } from './primitives.ts';
import { Address, Crm } from './users.ts';

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

/** How to reach a person: POST /internal/people/contacts (user service). Personal data, so never cached. */
export const PersonContact = Type.Object({
  id: Id,
  fullName: Type.String(),
  socialName: nullable(Type.String()),
  birthDate: nullable(DateOnly),
  phone: nullable(Type.String()),
});
export type PersonContact = Static<typeof PersonContact>;
export const ContactsFound = Type.Object({ people: Type.Array(PersonContact) });
export type ContactsFound = Static<typeof ContactsFound>;
