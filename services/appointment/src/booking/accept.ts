import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConsultationMode, ErrorCode, SlotFacts } from '@consulta/contracts';
import { inPlainTransaction, violatedConstraint } from '@consulta/platform/database';
import type { IdempotencyKey } from '@consulta/platform/http';
import { ProblemError, problem } from '@consulta/platform/problems';
import { microBatch } from '@consulta/platform/work';
import type pg from 'pg';
import type { Actor } from '../audit/actor.ts';
import { alreadyYours } from './already-yours.ts';
import { lockHoldings } from './holdings.ts';
import { type BookingCaps, hold, refusalBy } from './limits.ts';

const acceptSql = readFileSync(new URL('accept.sql', import.meta.url), 'utf8');

export type NewRequest = {
  slot: SlotFacts;
  patientId: string;
  mode: ConsultationMode;
  note: string | null;
  /** From where the note came, for the trail. */
  actor?: Actor;
  replacesId: string | null;
  /** The doctor of the appointment it replaces. */
  movesFrom?: string | undefined;
  /** What the patient may hold; undefined for any number. */
  caps?: BookingCaps | undefined;
  key: IdempotencyKey | undefined;
};

/** `requestedAt` is undefined when the idempotency key was taken before: nothing was stored. */
export type Accepted = { requestedAt: Date | undefined };

export type Acceptor = (id: string, request: NewRequest) => Promise<Accepted>;

type Item = { id: string; request: NewRequest };
type Outcome = Accepted | ProblemError;

/**
 * Stores booking requests durably, many callers in one transaction. It answers only after the commit. Throws 409
 * `already_yours` for a slot that the patient holds or waits for, `reschedule_pending` when another replacement of the
 * same appointment is undecided, `too_many_appointments` or
 * `too_many_requests_open` beyond the request's caps, exactly, wherever else requests of the patient are accepted.
 *
 * @param wake the outbox relay.
 * @param onRefused is told of every refusal by a cap.
 */
export function acceptor(
  pool: pg.Pool,
  wake: () => void,
  onRefused: (code: ErrorCode) => void = () => {},
): Acceptor {
  const run = async (batch: Item[]): Promise<Outcome[]> => {
    const capped = batch.some(({ request }) => request.caps);
    const outcomes = await (capped
      ? inPlainTransaction(pool, (client) => storeWithinCaps(client, batch))
      : store(pool, batch));
    wake();
    return outcomes;
  };
  const accept = microBatch({
    name: 'accepted requests',
    run,
    itemsMax: 500,
    concurrencyMax: 1,
    waitingMax: 20_000,
    isolateFailures: true,
  });
  return async (id, request) => {
    const outcome = await accept({ id, request }).catch((error: unknown) => {
      throw violatedConstraint(error) === 'undecided_requests_replacing'
        ? problem('reschedule_pending')
        : error;
    });
    if (!(outcome instanceof ProblemError)) return outcome;
    if (outcome.code !== 'already_yours') onRefused(outcome.code);
    throw outcome;
  };
}

type Stored = { id: string; requested_at: Date | null; yours: string | null };

const noRefusals: ReadonlyMap<Item, ProblemError> = new Map();

/** Stores what is not refused; of what is, it tells which slots are their patients' already. */
async function store(db: pg.Pool | pg.ClientBase, batch: Item[], refusals = noRefusals): Promise<Outcome[]> {
  const { rows } = await db.query<Stored>({
    name: 'booking_accept',
    text: acceptSql,
    values: [JSON.stringify(batch.map((item) => toRow(item, refusals.has(item))))],
  });
  const stored = new Map(rows.map((row) => [row.id, row]));
  return batch.map((item) => {
    const row = stored.get(item.id);
    if (row?.yours) return alreadyYours(row.yours);
    return refusals.get(item) ?? { requestedAt: row?.requested_at ?? undefined };
  });
}

/** Stores what the caps of its patients allow, in the order given; the rest is refused. */
async function storeWithinCaps(client: pg.ClientBase, batch: Item[]): Promise<Outcome[]> {
  const capped = batch.filter(({ request }) => request.caps);
  const patientIds = [...new Set(capped.map(({ request }) => request.patientId))];
  const holdingOf = await lockHoldings(client, patientIds);
  const refusals = new Map<Item, ProblemError>();
  for (const item of capped) {
    const { caps, slot, patientId, movesFrom } = item.request;
    const asked = { doctorId: slot.doctorId, movesFrom };
    const holding = holdingOf(patientId);
    const refusal = caps && refusalBy(caps, holding, asked);
    if (refusal) refusals.set(item, refusal);
    else hold(holding, asked);
  }
  return store(client, batch, refusals);
}

/** A new appointment's id (UUIDv7, RFC 9562). */
export const newAppointmentId = (): string => randomUUIDv7();

const toRow = ({ id, request }: Item, refused: boolean) => {
  const { slot, patientId, mode, note, actor, replacesId, key } = request;
  return {
    id,
    refused,
    slot_id: slot.id,
    schedule_id: slot.scheduleId,
    doctor_id: slot.doctorId,
    patient_id: patientId,
    starts_at: slot.startsAt,
    ends_at: slot.endsAt,
    time_zone: slot.timeZone,
    mode,
    note,
    replaces_id: replacesId,
    key_scope: key?.scope.toString('hex'),
    key_hash: key?.requestHash.toString('hex'),
    ...(note === null ? {} : { note_address: actor?.address, note_request_id: actor?.requestId }),
  };
};
