import type { AuditAction, AuditedResource } from '@consulta/contracts';
import { type Expression, type QueryExecutorProvider, type QueryResult, type RawBuilder, sql } from 'kysely';
import type { Actor } from './actor.ts';
import type { ActorRole, AuditOutcome } from './tables.ts';

/** What the trail keeps of an {@link Actor}; of the service itself only that it was the service. */
export type Recorded = Pick<Actor, 'address' | 'requestId'> & { userId: string | null; role: ActorRole };

/** One access to medical data, by ids only. */
export type Access = {
  action: AuditAction;
  resource: { kind: AuditedResource; id: string };
  appointmentId: string | null;
  /** Whose data it is. */
  patientId: string;
  /** Granted unless said otherwise. */
  outcome?: AuditOutcome;
};

/** The service itself, for what no request asked for. */
export const systemActor: Recorded = { userId: null, role: 'system', address: null, requestId: null };

const columns = sql.raw(`(actor_id, actor_role, address, request_id, action, resource_kind, resource_id,
  appointment_id, patient_id, outcome)`);

/**
 * Records an access in the caller's transaction (invariant I5: the row commits with what it tells of). Call it
 * for every read and write of files, their names and accesses, reports, notes and feedback texts.
 */
export async function recordAccess(
  trx: QueryExecutorProvider,
  actor: Recorded,
  access: Access,
): Promise<void> {
  const { action, resource, appointmentId, patientId, outcome = 'granted' } = access;
  await sql`INSERT INTO audit_entries ${columns} VALUES (${actor.userId}, ${actor.role}, ${actor.address},
    ${actor.requestId}, ${action}, ${resource.kind}, ${resource.id}, ${appointmentId}, ${patientId},
    ${outcome})`.execute(trx);
}

/** Runs a statement that changes rows and returns their `resource_id`, `appointment_id`, `patient_id`; records each. */
export async function recordChanges(
  trx: QueryExecutorProvider,
  actor: Recorded,
  kind: AuditedResource,
  changing: RawBuilder<unknown>,
): Promise<void> {
  await sql`WITH changed AS (${changing}) INSERT INTO audit_entries ${columns}
    SELECT ${actor.userId}::uuid, ${actor.role}, ${actor.address}, ${actor.requestId}, 'change', ${kind}, resource_id,
      appointment_id, patient_id, 'granted' FROM changed`.execute(trx);
}

const pageColumns = sql.raw(`(actor_id, actor_role, address, request_id, action, resource_kind, outcome,
  resource_id, resource_ids, appointment_id, appointment_ids, patient_id, patient_ids)`);

/**
 * Inserts one entry for a page that showed the rows of `touched` (`resource_id`, `appointment_id`, `patient_id`), none
 * where it has none: what reading writes does not grow with the page. A page of one resource is an ordinary entry.
 */
const insertPage = (
  actor: Recorded,
  { action, kind }: { action: AuditAction; kind: AuditedResource },
  touched: Expression<unknown>,
) => sql`INSERT INTO audit_entries ${pageColumns}
  SELECT ${actor.userId}::uuid, ${actor.role}, ${actor.address}, ${actor.requestId}, ${action}, ${kind}, 'granted',
    CASE WHEN shown = 1 THEN resource_ids[1] END, CASE WHEN shown > 1 THEN resource_ids END,
    CASE WHEN shown = 1 THEN appointment_ids[1] END, CASE WHEN shown > 1 THEN appointment_ids END,
    CASE WHEN patients = 1 THEN patient_ids[1] END, CASE WHEN patients > 1 THEN patient_ids END
  FROM (
    SELECT count(*) AS shown, count(DISTINCT patient_id) AS patients, array_agg(resource_id) AS resource_ids,
      array_agg(appointment_id) AS appointment_ids, array_agg(patient_id) AS patient_ids
    FROM (${touched}) AS touched
  ) AS page WHERE shown > 0`;

/**
 * Reads and records in one statement, so that a read costs no further round trip and no answer leaves without
 * its row.
 *
 * @param subject a query of the resources asked for, whoever may see them: `resource_id`, `appointment_id`,
 *   `patient_id` and `allowed`. Each of its rows is recorded, as refused where it is not allowed.
 * @param answer the query of what to answer, over `subject`; it must leave out what is not allowed.
 */
export function auditedRead<Row>(
  db: QueryExecutorProvider,
  actor: Recorded,
  what: { action: AuditAction; kind: AuditedResource },
  { subject, answer }: { subject: RawBuilder<unknown>; answer: RawBuilder<unknown> },
): Promise<QueryResult<Row>> {
  return sql<Row>`WITH subject AS MATERIALIZED (${subject}), recorded AS (
    INSERT INTO audit_entries ${columns}
    SELECT ${actor.userId}::uuid, ${actor.role}, ${actor.address}, ${actor.requestId}, ${what.action}, ${what.kind},
      resource_id, appointment_id, patient_id, CASE WHEN allowed THEN 'granted' ELSE 'refused' END FROM subject
  ) ${answer}`.execute(db);
}

/**
 * Like {@link auditedRead} for a page of rows that only in part hold medical data: records as one entry the rows of
 * `touched` (`resource_id`, `appointment_id`, `patient_id`; a query over `found`) and answers `answer`, a query over
 * `found` as well. Where nothing is touched the statement writes nothing.
 */
export function readRecording<Row>(
  db: QueryExecutorProvider,
  actor: Recorded,
  what: { action: AuditAction; kind: AuditedResource },
  { found, touched, answer }: Record<'found' | 'touched' | 'answer', Expression<unknown>>,
): Promise<QueryResult<Row>> {
  return sql<Row>`WITH found AS MATERIALIZED (${found}), recorded AS (${insertPage(actor, what, touched)})
    ${answer}`.execute(db);
}

/**
 * Writes and records in one statement: `write` returns what it wrote (`resource_id`, `appointment_id`, `patient_id` and
 * whatever else), each row of which is recorded and answered.
 */
export function auditedWrite<Row>(
  db: QueryExecutorProvider,
  actor: Recorded,
  what: { action: AuditAction; kind: AuditedResource },
  write: RawBuilder<unknown>,
): Promise<QueryResult<Row>> {
  return sql<Row>`WITH written AS (${write}), recorded AS (
    INSERT INTO audit_entries ${columns}
    SELECT ${actor.userId}::uuid, ${actor.role}, ${actor.address}, ${actor.requestId}, ${what.action}, ${what.kind},
      resource_id, appointment_id, patient_id, 'granted' FROM written
  ) SELECT * FROM written`.execute(db);
}
