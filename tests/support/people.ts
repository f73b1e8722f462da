import { cpfOf, type OpenSlot, type TokenPair, type User } from '@consulta/contracts';
import type { Api } from './api.ts';

let serial = 0;
const runSeed = Math.floor(Math.random() * 900_000) + 100_000;

/** A CPF with right check digits, another one at each call. */
export function freshCpf(): string {
  serial += 1;
  return cpfOf(String(runSeed * 1000 + serial).slice(-9));
}

/** An e-mail address that nobody has, another one at each call. */
export const freshEmail = (name: string) => `${name}-${freshCpf()}@example.com`;

export const password = 'girassol-amarelo-42';

export const address = {
  street: 'Rua das Laranjeiras',
  number: '120',
  neighborhood: 'Centro',
  city: 'São Paulo',
  state: 'SP',
  postalCode: '01310100',
};

export type Person = { id: string; token: string; email: string; cpf: string };

export function patientInput(more: Record<string, unknown> = {}) {
  const cpf = freshCpf();
  return {
    role: 'patient',
    fullName: 'Ana Beatriz Souza',
    birthDate: '1990-04-12',
    email: `paciente-${cpf}@example.com`,
    password,
    cpf,
    phone: '+5511987654321',
    address,
    ...more,
  };
}

export function doctorInput(more: Record<string, unknown> = {}, doctor: Record<string, unknown> = {}) {
  const cpf = freshCpf();
  return {
    ...patientInput(),
    role: 'doctor',
    fullName: 'Carlos Eduardo Lima',
    email: `medico-${cpf}@example.com`,
    cpf,
    birthDate: '1975-09-30',
    doctor: {
      crm: { number: cpf.slice(0, 9).replace(/^0+/, ''), state: 'SP' },
      specialties: ['Cardiologia'],
      consultationPriceCents: 25_000,
      ...doctor,
    },
    ...more,
  };
}

/** Registers and signs in. */
export async function join(api: Api, input: ReturnType<typeof patientInput>): Promise<Person> {
  const user = await api.expect<User>(201, 'POST', '/users', { body: input });
  const { accessToken } = await signIn(api, input.email);
  return { id: user.id, token: accessToken, email: input.email, cpf: input.cpf };
}

export const signIn = (api: Api, identifier: string, secret = password): Promise<TokenPair> =>
  api.expect<TokenPair>(200, 'POST', '/auth/login', { body: { identifier, password: secret } });

/** A date some days from now, in a time zone (`YYYY-MM-DD`). */
export const daysAhead = (days: number, timeZone = 'America/Sao_Paulo') =>
  Temporal.Now.plainDateISO(timeZone).add({ days }).toString();

/** Publishes a doctor's slots at local times of one date and answers them. */
export async function publishSlots(
  api: Api,
  doctor: Person,
  times: string[],
  options: { date?: string; slotMinutes?: number; timeZone?: string } = {},
): Promise<OpenSlot[]> {
  const timeZone = options.timeZone ?? 'America/Sao_Paulo';
  const date = options.date ?? daysAhead(3, timeZone);
  const schedule = await api.expect<{ id: string }>(201, 'POST', '/schedules', {
    token: doctor.token,
    body: { kind: 'date', date, times, slotMinutes: options.slotMinutes ?? 30, timeZone },
  });
  const slots: OpenSlot[] = [];
  let cursor = '';
  do {
    const path = `/doctors/${doctor.id}/slots?limit=100&to=${daysAhead(80)}T00:00:00Z${cursor && `&cursor=${cursor}`}`;
    const page = await api.expect<{ items: OpenSlot[]; nextCursor: string | null }>(200, 'GET', path, {
      token: doctor.token,
    });
    slots.push(...page.items.filter(({ scheduleId }) => scheduleId === schedule.id));
    cursor = page.nextCursor ?? '';
  } while (cursor);
  return slots;
}

/** A new doctor with slots of half an hour, three days ahead at these times, and a new patient. */
export async function doctorAndPatient(
  api: Api,
  times = ['08:00', '08:30', '09:00', '09:30', '10:00', '10:30'],
): Promise<{ doctor: Person; patient: Person; slots: OpenSlot[] }> {
  const [doctor, patient] = await Promise.all([join(api, doctorInput()), join(api, patientInput())]);
  return { doctor, patient, slots: await publishSlots(api, doctor, times) };
}
