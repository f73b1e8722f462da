import {
  type Address,
  isCpf,
  plainText,
  type RegisterUser,
  recognizedSpecialty,
  type UpdateMe,
} from '@consulta/contracts';
import { type FieldError, problem } from '@consulta/platform/problems';
import { isCommonPassword } from '../passwords/common.ts';

const doctorYearsMin = 18;

/**
 * Checks what a schema cannot and answers the registration in canonical form (specialties as CFM writes them,
 * names single-spaced, the e-mail as given). Throws a 400 that names every fault.
 *
 * @param today the current date, `YYYY-MM-DD`
 */
export function checkRegistration(input: RegisterUser, today: string): RegisterUser {
  const faults: FieldError[] = [
    ...passwordFaults(input.password, '/password'),
    ...(input.birthDate ? birthDateFaults(input.birthDate, input.role, today) : []),
  ];
  if (!isCpf(input.cpf)) faults.push({ pointer: '/cpf', message: 'has wrong check digits' });
  if (input.role === 'doctor' && !input.doctor) faults.push({ pointer: '/doctor', message: 'is required' });
  if (input.role !== 'doctor' && input.doctor) {
    faults.push({ pointer: '/doctor', message: 'is only for the role doctor' });
  }
  if (input.doctor && !/[1-9]/.test(input.doctor.crm.number)) {
    faults.push({ pointer: '/doctor/crm/number', message: 'must not be zero' });
  }
  const doctor = input.doctor && canonicalDoctor(input.doctor, faults);
  refuse(faults);
  return {
    ...input,
    fullName: singleSpaced(input.fullName),
    socialName: input.socialName ? singleSpaced(input.socialName) : null,
    address: singleSpacedAddress(input.address),
    ...(doctor ? { doctor } : {}),
  };
}

/** Likewise for a change of one's account. */
export function checkChange(input: UpdateMe): UpdateMe {
  const faults: FieldError[] = [];
  if (input.password !== undefined && input.email === undefined) {
    faults.push({ pointer: '/password', message: 'is only for a new e-mail' });
  }
  const doctor = input.doctor && canonicalDoctor(input.doctor, faults);
  refuse(faults);
  return {
    ...input,
    ...(input.fullName === undefined ? {} : { fullName: singleSpaced(input.fullName) }),
    ...(input.socialName === undefined
      ? {}
      : { socialName: input.socialName ? singleSpaced(input.socialName) : null }),
    ...(input.address === undefined ? {} : { address: singleSpacedAddress(input.address) }),
    ...(doctor ? { doctor } : {}),
  };
}

/** A name composed (NFC), without spaces around it and with single ones within, as searches compare it. */
export const singleSpaced = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ');
const singleSpacedAddress = (address: Address): Address => ({ ...address, city: singleSpaced(address.city) });

/** Refuses a password that is too common (400). */
export const checkPassword = (password: string, pointer: string): void =>
  refuse(passwordFaults(password, pointer));

const passwordFaults = (password: string, pointer: string): FieldError[] =>
  isCommonPassword(password) ? [{ pointer, message: 'is among the most common passwords' }] : [];

function birthDateFaults(birthDate: string, role: RegisterUser['role'], today: string): FieldError[] {
  const pointer = '/birthDate';
  if (birthDate >= today) return [{ pointer, message: 'must be in the past' }];
  if (birthDate < '1900-01-01') return [{ pointer, message: 'must not be before 1900' }];
  const youngest = Temporal.PlainDate.from(today).subtract({ years: doctorYearsMin }).toString();
  if (role === 'doctor' && birthDate > youngest) {
    return [{ pointer, message: `a doctor is at least ${doctorYearsMin} years old` }];
  }
  return [];
}

type Rqe = { specialty: string; number: string };
type DoctorPart = { specialties?: string[]; rqes?: Rqe[]; insurances?: string[] };

function canonicalDoctor<D extends DoctorPart>(doctor: D, faults: FieldError[]): D {
  const specialties = doctor.specialties?.map((name, index) =>
    canonicalSpecialty(name, `/doctor/specialties/${index}`, faults),
  );
  const rqes = doctor.rqes?.map(({ specialty, number }, index) => {
    const pointer = `/doctor/rqes/${index}/specialty`;
    const name = canonicalSpecialty(specialty, pointer, faults);
    if (specialties && !specialties.includes(name)) {
      faults.push({ pointer, message: 'must be one of the specialties' });
    }
    return { specialty: name, number };
  });
  if (specialties && new Set(specialties).size < specialties.length) {
    faults.push({ pointer: '/doctor/specialties', message: 'must not repeat one' });
  }
  return {
    ...doctor,
    ...(specialties ? { specialties } : {}),
    ...(rqes ? { rqes } : {}),
    ...(doctor.insurances ? { insurances: withoutRepeats(doctor.insurances) } : {}),
  };
}

function canonicalSpecialty(name: string, pointer: string, faults: FieldError[]): string {
  const recognized = recognizedSpecialty(name);
  if (!recognized) faults.push({ pointer, message: 'is not a specialty that CFM recognizes' });
  return recognized ?? name;
}

/** Names trimmed; of several spellings of one name the first stays. */
function withoutRepeats(names: string[]): string[] {
  const spellings = names.map(plainText);
  return names.map(singleSpaced).filter((_, i) => spellings.indexOf(spellings[i] ?? '') === i);
}

function refuse(faults: FieldError[]): void {
  if (faults.length > 0) throw problem('bad_request', 'Some values are not acceptable', { errors: faults });
}
