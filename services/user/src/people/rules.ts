import {
  type Address,
  dayInState,
  isCpf,
  latestDayInBrazil,
  plainText,
  type RegisterUser,
  readEmail,
  recognizedSpecialty,
  type UpdateMe,
} from '@consulta/contracts';
import { badFields, type FieldError, fault } from '@consulta/platform/problems';
import { isCommonPassword } from '../passwords/common.ts';

const doctorYearsMin = 18;
const birthDateMin = '1900-01-01';

/**
 * Checks what a schema cannot and answers the registration in canonical form (specialties as CFM writes them,
 * names single-spaced, the e-mail as {@link readEmail} has it). Throws a 400 that names every fault.
 */
export function checkRegistration(input: RegisterUser, now: Temporal.Instant): RegisterUser {
  const faults: FieldError[] = [
    ...passwordFaults(input.password, '/password'),
    ...(input.birthDate ? birthDateFaults(input.birthDate, input, now) : []),
  ];
  if (!isCpf(input.cpf)) faults.push(fault('/cpf', 'cpf_invalid'));
  if (input.role === 'doctor' && !input.doctor) faults.push(fault('/doctor', 'required'));
  if (input.role === 'doctor' && !input.address) faults.push(fault('/address', 'required'));
  if (input.role !== 'doctor' && input.doctor) {
    faults.push(fault('/doctor', 'only_for_doctors'));
  }
  if (input.doctor && !/[1-9]/.test(input.doctor.crm.number)) {
    faults.push(fault('/doctor/crm/number', 'crm_invalid'));
  }
  const doctor = input.doctor && canonicalDoctor(input.doctor, faults);
  refuse(faults);
  return {
    ...input,
    fullName: singleSpaced(input.fullName),
    email: readEmail(input.email) ?? input.email,
    socialName: input.socialName ? singleSpaced(input.socialName) : null,
    address: input.address ? singleSpacedAddress(input.address) : null,
    ...(doctor ? { doctor } : {}),
  };
}

/** Likewise for a change of one's account. */
export function checkChange(input: UpdateMe): UpdateMe {
  const faults: FieldError[] = [];
  if (input.password !== undefined && input.email === undefined) {
    faults.push(fault('/password', 'only_with_email'));
  }
  const doctor = input.doctor && canonicalDoctor(input.doctor, faults);
  refuse(faults);
  return {
    ...input,
    ...(input.fullName === undefined ? {} : { fullName: singleSpaced(input.fullName) }),
    ...(input.email === undefined ? {} : { email: readEmail(input.email) ?? input.email }),
    ...(input.socialName === undefined
      ? {}
      : { socialName: input.socialName ? singleSpaced(input.socialName) : null }),
    ...(input.address === undefined ? {} : { address: input.address && singleSpacedAddress(input.address) }),
    ...(doctor ? { doctor } : {}),
  };
}

/** A name composed (NFC), without spaces around it and with single ones within, as searches compare it. */
export const singleSpaced = (text: string): string => text.normalize('NFC').trim().replace(/\s+/g, ' ');
const singleSpacedAddress = (address: Address): Address => ({ ...address, city: singleSpaced(address.city) });

/** Refuses a password that is too common (400). */
export const checkPassword = (password: string, pointer: string): void =>
  refuse(passwordFaults(password, pointer));

/** Why a password is refused, whatever its length. */
export const passwordFaults = (password: string, pointer: string): FieldError[] =>
  isCommonPassword(password) ? [fault(pointer, 'password_common')] : [];

/** Who is born is born on a day that it is already in some place of Brazil; doctors come of age where they practise. */
function birthDateFaults(
  birthDate: string,
  { role, address }: Pick<RegisterUser, 'role' | 'address'>,
  now: Temporal.Instant,
): FieldError[] {
  const pointer = '/birthDate';
  if (birthDate > latestDayInBrazil(now).toString()) return [fault(pointer, 'must_be_past')];
  if (birthDate < birthDateMin) return [fault(pointer, 'too_early', birthDateMin)];
  if (role !== 'doctor' || !address) return [];
  const youngest = dayInState(address.state, now).subtract({ years: doctorYearsMin }).toString();
  if (birthDate > youngest) {
    return [fault(pointer, 'doctor_too_young', doctorYearsMin)];
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
      faults.push(fault(pointer, 'specialty_not_claimed'));
    }
    return { specialty: name, number };
  });
  if (specialties && new Set(specialties).size < specialties.length) {
    faults.push(fault('/doctor/specialties', 'repeated'));
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
  if (!recognized) faults.push(fault(pointer, 'specialty_unknown'));
  return recognized ?? name;
}

/** Names trimmed; of several spellings of one name the first stays. */
function withoutRepeats(names: string[]): string[] {
  const spellings = names.map(plainText);
  return names.map(singleSpaced).filter((_, i) => spellings.indexOf(spellings[i] ?? '') === i);
}

/** Throws a 400 that names every fault, if there is any. */
export function refuse(faults: FieldError[]): void {
  if (faults.length > 0) throw badFields(faults);
}
