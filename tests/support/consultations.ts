import { join as joinPath } from 'node:path';
import type { Appointment, MedicalFile } from '@consulta/contracts';
import { advisoryLockSeeds, openPool } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import type pg from 'pg';
import type { Api } from './api.ts';
import type { Person } from './people.ts';

export type Refusal = { code: string };
export type Page<T> = { items: T[]; nextCursor: string | null };

/** A pool on one of a running system's databases, for what no caller can do, such as moving time. */
export const databaseOf = async (folder: string, name: 'users' | 'schedules' | 'appointments') =>
  openPool({ url: await runningDatabaseUrl(joinPath(folder, 'postgres'), name), connectionsMax: 3 });

/** Asks for a slot and waits for the decision, which must be in the patient's favour. */
export const book = (api: Api, patient: Person, slotId = '', more: { note?: string } = {}) =>
  api.expect<Appointment>(201, 'POST', '/appointments', {
    token: patient.token,
    body: { slotId, ...more },
    headers: { prefer: 'wait=10' },
  });

/** Asks for another slot in place of an appointment and waits for the decision, whatever it is. */
export const reschedule = (
  api: Api,
  patient: Person,
  id: string,
  slotId = '',
  headers: Record<string, string> = { prefer: 'wait=10' },
) =>
  api.call<Appointment & Refusal>('POST', `/appointments/${id}/reschedule`, {
    token: patient.token,
    body: { slotId },
    headers,
  });

const moveStart = async (appointments: pg.Pool, id: string, startsAt: string) => {
  for (const table of ['booking_requests', 'appointments']) {
    const moved = `UPDATE ${table} SET starts_at = ${startsAt}, ends_at = ends_at - starts_at + ${startsAt} WHERE id = $1`;
    await appointments.query(moved, [id]);
  }
};

/** Moves a booked appointment so that it begins now. */
export const letBegin = (appointments: pg.Pool, id: string) => moveStart(appointments, id, 'now()');

/** Moves a booked appointment back, so that it is over. */
export const letPass = (appointments: pg.Pool, id: string, days = 30) =>
  moveStart(appointments, id, `starts_at - interval '${days} days'`);

/** Takes one step that must be allowed. */
export const step = (api: Api, by: Person, id: string, name: string, body?: unknown) =>
  api.expect<Appointment>(200, 'POST', `/appointments/${id}/${name}`, { token: by.token, body });

/** Brings a booked appointment to its end. */
export async function conclude(api: Api, doctor: Person, id: string): Promise<void> {
  for (const name of ['confirm', 'start', 'conclude']) await step(api, doctor, id, name);
}

export const readAppointment = (api: Api, by: Person, id: string) =>
  api.expect<Appointment>(200, 'GET', `/appointments/${id}`, { token: by.token });

/**
 * Keeps every worker from deciding for a doctor until the answer is called: takes the lock under which lines are
 * decided.
 */
export async function holdDecisions(appointments: pg.Pool, doctorId: string): Promise<() => Promise<void>> {
  const client = await appointments.connect();
  const line = [doctorId, advisoryLockSeeds.doctorLine];
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, $2))', line);
  return async () => {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, $2))', line);
    client.release();
  };
}

/** Sends a file to an appointment and answers the response. */
export function sendFile(
  api: Api,
  by: Person,
  appointmentId: string,
  content: Buffer,
  name = 'exame.pdf',
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(content)], name));
  return fetch(`${api.url}/api/v1/appointments/${appointmentId}/files`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${by.token}` },
    body: form,
  });
}

/** Sends a file that must be taken. */
export async function addFile(
  api: Api,
  by: Person,
  appointmentId: string,
  content: Buffer,
): Promise<MedicalFile> {
  const response = await sendFile(api, by, appointmentId, content);
  if (response.status !== 201) throw new Error(`the file was not taken: ${await response.text()}`);
  return (await response.json()) as MedicalFile;
}

/** Reads a file's bytes. */
export async function readContent(
  api: Api,
  by: Person,
  fileId: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const response = await fetch(`${api.url}/api/v1/files/${fileId}/content`, {
    headers: { authorization: `Bearer ${by.token}`, ...headers },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}
