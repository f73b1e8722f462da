import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { DateOnly, Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { shown } from './common/people.ts';
import { ShownDoctor } from './doctors.ts';

const meetings = {
  lastAppointmentAt: nullable(Instant),
  nextAppointmentAt: nullable(Instant),
};

/** GET /users/me/doctors: a doctor the patient has, or had, an appointment with. */
export const AcquaintedDoctor = Type.Object(
  {
    doctor: ShownDoctor,
    ...meetings,
  },
  { title: 'AcquaintedDoctor' },
);
export type AcquaintedDoctor = Static<typeof AcquaintedDoctor>;

/** GET /users/me/patients: a patient the doctor has, or had, an appointment with. */
export const AcquaintedPatient = Type.Object(
  {
    patient: Type.Object({
      id: Id,
      fullName: shown.fullName,
      socialName: shown.socialName,
      birthDate: nullable(DateOnly),
      phone: shown.phone,
    }),
    ...meetings,
  },
  { title: 'AcquaintedPatient' },
);
export type AcquaintedPatient = Static<typeof AcquaintedPatient>;
