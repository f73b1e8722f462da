import { randomUUIDv7 } from 'node:crypto';
import type { GrantAccess, PersonCard } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { gone, type IdempotencyKey, isFirstUse, recallKey } from '@consulta/platform/http';
import { badField, problem } from '@consulta/platform/problems';
import { type QueryExecutorProvider, sql } from 'kysely';
import type { Actor } from '../../../audit/actor.ts';
import { recordAccess } from '../../../audit/record.ts';
import { type Db, recordRefusal } from '../queries.ts';
import { findStanding, type GrantRow, ownsFile } from './queries.ts';

export type GrantDeps = { db: Db; findPerson: (id: string) => Promise<PersonCard | undefined> };
export type Granting = { actor: Actor; fileId: string; key: IdempotencyKey | undefined };

/**
 * Lets a doctor read the actor's file until a time, and answers the grant; with an idempotency key used before the one
 * given then, or 410 once it was taken back or its file deleted. Throws 404 when it is not their file, 400 for a doctor
 * who does not exist or a time that is past.
 */
export async function grantOnce(deps: GrantDeps, granting: Granting, body: GrantAccess): Promise<GrantRow> {
  const { db } = deps;
  const { actor, fileId, key } = granting;
  const earlier = await recallKey(db, key);
  if (earlier) {
    const standing = await findStanding(db, actor, earlier);
    if (!standing) throw gone();
    return standing;
  }
  if (!(await ownsFile(db, actor, fileId))) {
    await recordRefusal(db, actor, fileId, { action: 'grant', kind: 'file' });
    throw problem('not_found');
  }
  const person = await deps.findPerson(body.doctorId);
  if (person?.role !== 'doctor' || person.doctor?.verification === 'suspended')
    throw badField('/doctorId', 'doctor_unknown');
  const expiresAt = new Date(body.expiresAt);
  if (Number.isNaN(expiresAt.getTime())) throw badField('/expiresAt', 'instant_invalid');
  return inTransaction(db, (trx) => grant(trx, granting, { doctorId: body.doctorId, expiresAt }));
}

/**
 * A doctor has one grant of a file at a time, so that revoking it leaves none: granting again moves its end.
 * Whether the end lies in the future is judged by the database's clock, as it is at every read.
 */
async function grant(
  trx: QueryExecutorProvider,
  { actor, fileId, key }: Granting,
  { doctorId, expiresAt }: { doctorId: string; expiresAt: Date },
): Promise<GrantRow> {
  const { rows } = await sql<GrantRow & { appointment_id: string }>`
    INSERT INTO file_accesses AS a (id, file_id, doctor_id, expires_at)
    SELECT ${randomUUIDv7()}::uuid, f.id, ${doctorId}::uuid, ${expiresAt}::timestamptz FROM files f
    WHERE f.id = ${fileId} AND f.patient_id = ${actor.userId} AND ${expiresAt}::timestamptz > now()
    ON CONFLICT (file_id, doctor_id) WHERE revoked_at IS NULL
      DO UPDATE SET expires_at = excluded.expires_at, granted_at = now()
    RETURNING a.*, (SELECT f.appointment_id FROM files f WHERE f.id = a.file_id) AS appointment_id`.execute(
    trx,
  );
  const [row] = rows;
  if (!row) throw badField('/expiresAt', 'must_be_future');
  // Two processes may have been asked at once: what this one did again is undone, and its repeat finds the key known.
  if (!(await isFirstUse(trx, key, row.id))) throw problem('idempotency_in_progress');
  await recordAccess(trx, actor, {
    action: 'grant',
    resource: { kind: 'file', id: row.file_id },
    appointmentId: row.appointment_id,
    patientId: actor.userId,
  });
  return row;
}
