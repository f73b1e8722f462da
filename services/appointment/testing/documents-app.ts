import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PersonCard, Role } from '@consulta/contracts';
import { type Caller, type RightsInUse, rightsInUse, type TokenVerifier } from '@consulta/platform/auth';
import type { BlobStore } from '@consulta/platform/blobs';
import { platformMigrations, queryBuilder } from '@consulta/platform/database';
import { type FileKeyRing, openDiskBlobStore, openKeyRingFile } from '@consulta/platform/embedded';
import { createPublicApp, type Routes } from '@consulta/platform/http';
import { problem } from '@consulta/platform/problems';
import { createLog, createMetrics } from '@consulta/platform/process';
import { createTestDatabase, type TestDatabase } from '@consulta/platform/testing';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { AuditTables } from '../src/audit/tables.ts';
import type { FileTables } from '../src/documents/files/tables.ts';
import type { MedicalReportTables } from '../src/documents/medical-reports/tables.ts';
import type { AppointmentTables } from '../src/tables.ts';

export type DocumentTables = AppointmentTables & FileTables & MedicalReportTables & AuditTables;

export const documentMigrations = [
  platformMigrations,
  { room: 'appointment', folder: new URL('../migrations/', import.meta.url) },
];

export type Workplace = {
  database: TestDatabase;
  pool: pg.Pool;
  db: Kysely<DocumentTables>;
  folder: string;
  blobs: BlobStore;
  keyRing: FileKeyRing;
  rights: RightsInUse;
  /** Ids of people who were signed out. */
  signedOut: Set<string>;
  close: () => Promise<void>;
};

/** A database, a folder with blobs and a key ring, for one test file. */
export async function openWorkplace(): Promise<Workplace> {
  const database = await createTestDatabase(documentMigrations);
  const folder = await mkdtemp(join(tmpdir(), 'consulta-documents-'));
  const signedOut = new Set<string>();
  return {
    database,
    pool: database.pool,
    db: queryBuilder<DocumentTables>(database.pool),
    folder,
    blobs: await openDiskBlobStore(join(folder, 'files')),
    keyRing: await openKeyRingFile(join(folder, 'keys.json')),
    rights: rightsUnless(signedOut),
    signedOut,
    close: async () => {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Rights that are asked again often, of people who are signed in unless they stand in a list. */
export function rightsUnless(signedOut: ReadonlySet<string>): RightsInUse {
  const isSignedIn = ({ userId }: Caller) => !signedOut.has(userId);
  const assertSignedIn = (caller: Caller) => {
    if (!isSignedIn(caller)) throw problem('unauthorized');
  };
  return rightsInUse({ revocations: { isSignedIn, assertSignedIn }, log: createLog('silent'), everyMs: 20 });
}

export type Person = { id: string; role: Role };
export const newPerson = (role: Role): Person => ({ id: randomUUIDv7(), role });

/** Tokens here say who calls in plain text. */
export const bearer = ({ role, id }: Person): string => `Bearer ${role}.${id}`;

const verifyToken: TokenVerifier = async (token) => {
  const [role, userId] = token.split('.');
  if (!userId || (role !== 'patient' && role !== 'doctor' && role !== 'admin')) throw problem('unauthorized');
  const now = Math.floor(Date.now() / 1000);
  return { userId, role, sessionId: userId, issuedAt: now, expiresAt: now + 600 };
};

/** The public entrance with these routes on it, under `/api/v1`. */
export async function appWith(...routes: Routes[]): Promise<FastifyInstance> {
  const options = { log: createLog('silent'), metrics: createMetrics(), verifyToken, counters: undefined };
  const app = await createPublicApp(options);
  for (const each of routes) await app.register(each, { prefix: '/api/v1' });
  return app;
}

/** Calls a route as a person. */
export const callAs = (app: FastifyInstance, person: Person, options: InjectOptions) =>
  app.inject({
    ...options,
    url: `/api/v1${String(options.url)}`,
    headers: { authorization: bearer(person), ...options.headers },
  });

/** A directory of the people it is given, as the user service would answer. */
export const directoryOf =
  (...people: Person[]) =>
  async (id: string): Promise<PersonCard | undefined> => {
    const person = people.find((each) => each.id === id);
    return person && { id, role: person.role, fullName: `Pessoa ${id.slice(-4)}`, socialName: null };
  };

/** An appointment in a status, with all that comes before it. */
export async function bookAppointment(
  pool: pg.Pool,
  { patient, doctor, status }: { patient: Person; doctor: Person; status: string },
): Promise<string> {
  const id = randomUUIDv7();
  const startsAt = new Date(Date.now() + Math.floor(Math.random() * 1e12));
  await pool.query(
    `INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at, time_zone,
       mode) VALUES ($1, $2, $2, $3, $4, $5, $5::timestamptz + interval '30 minutes', 'America/Rio_Branco',
       'in_person')`,
    [id, randomUUIDv7(), doctor.id, patient.id, startsAt],
  );
  if (status === 'rejected') {
    await pool.query('INSERT INTO closed_requests (id, outcome) VALUES ($1, $2)', [id, status]);
  } else if (status !== 'requested') {
    await pool.query(
      `INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as)
       SELECT id, slot_id, doctor_id, patient_id, starts_at, ends_at, $2, 'awaiting_confirmation'
       FROM booking_requests WHERE id = $1`,
      [id, status],
    );
  }
  return id;
}

/** A multipart body with one file. */
export async function formWith(
  content: Buffer,
  name = 'exame.png',
  field = 'file',
): Promise<{ payload: Buffer; headers: Record<string, string> }> {
  const form = new FormData();
  form.set(field, new File([new Uint8Array(content)], name));
  return encodeForm(form);
}

/** A multipart body of any form. */
export async function encodeForm(
  form: FormData,
): Promise<{ payload: Buffer; headers: Record<string, string> }> {
  const encoded = new Response(form);
  return {
    payload: Buffer.from(await encoded.arrayBuffer()),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
  };
}
