import type { RejectionReason } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import { enqueue } from '@consulta/platform/messaging';
import { type Kysely, sql, type Transaction } from 'kysely';
import { announce, changeAppointment } from '../appointments/change.ts';
import type { AppointmentTables, BookingRequestsTable } from '../tables.ts';
import { takeFilesAlong } from './take-files-along.ts';
import type { Decided, UndecidedRequest, Verdict } from './verdicts.ts';

type Trx = Transaction<AppointmentTables>;
type Request = Pick<BookingRequestsTable, 'slot_id' | 'doctor_id' | 'patient_id' | 'starts_at' | 'ends_at'>;

type Win = Extract<Verdict, { verdict: 'win' }>;

const replaceable = ['awaiting_confirmation', 'confirmed'] as const;

/**
 * Books a request that holds its slot's claim in place of the patient's earlier appointment: both or neither, in
 * one transaction, with the files of the one going to the other. Where the earlier one is closed by now the request
 * is rejected (`original_closed`); where the new one cannot be (`patient_busy`), the earlier one stays as it was.
 * Answers undefined when the request was decided or cancelled meanwhile.
 */
export function decideReschedule(
  db: Kysely<AppointmentTables>,
  { id, arrival, replacesId }: UndecidedRequest,
  verdict: Win,
): Promise<Decided | undefined> {
  if (!replacesId) throw new Error('only a request with an original can replace it');
  return inTransaction(db, async (trx) => {
    const line = await trx
      .deleteFrom('undecided_requests')
      .where('arrival', '=', arrival)
      .returning(sql<number>`extract(epoch FROM clock_timestamp() - requested_at)::float8`.as('seconds'))
      .executeTakeFirst();
    if (!line) return undefined;
    const { seconds } = line;
    const request = await trx
      .selectFrom('booking_requests')
      .select(['slot_id', 'doctor_id', 'patient_id', 'starts_at', 'ends_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const original = await trx
      .selectFrom('appointments')
      .select(['id', 'patient_id', 'doctor_id'])
      .where('id', '=', replacesId)
      .where('patient_id', '=', request.patient_id)
      .where('status', 'in', replaceable)
      .forUpdate()
      .executeTakeFirst();
    if (!original) return reject(trx, { id, request, reason: 'original_closed', seconds });

    await sql`SAVEPOINT before_replacing`.execute(trx);
    await changeAppointment(trx, original, { status: 'replaced', reason: null, by: 'patient' });
    const status = await book(trx, id, request, verdict);
    if (status) {
      await takeFilesAlong(trx, { from: original.id, to: id });
      return { id, status, reason: null, constrained: false, seconds };
    }
    await sql`ROLLBACK TO SAVEPOINT before_replacing`.execute(trx);
    return reject(trx, { id, request, reason: 'patient_busy', seconds });
  });
}

/** Answers the new appointment's status, or undefined where a constraint stands against it. */
async function book(trx: Trx, id: string, request: Request, win: Win) {
  const { autoConfirm, confirmWithinHours, minCancelNoticeMinutes } = win;
  const status = autoConfirm ? ('confirmed' as const) : ('awaiting_confirmation' as const);
  const deadline = sql<Date>`LEAST(now() + make_interval(hours => ${confirmWithinHours}), ${request.starts_at})`;
  const inserted = await trx
    .insertInto('appointments')
    .values({
      id,
      ...request,
      status,
      booked_as: status,
      confirm_by: autoConfirm ? null : deadline,
      confirmed_at: autoConfirm ? sql<Date>`now()` : null,
      cancel_notice_minutes: minCancelNoticeMinutes,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return undefined;
  await announce(trx, { id, ...request }, status);
  return status;
}

type Rejection = { id: string; request: Request; reason: RejectionReason; seconds: number };

async function reject(trx: Trx, { id, request, reason, seconds }: Rejection): Promise<Decided> {
  await trx.insertInto('closed_requests').values({ id, outcome: 'rejected', reason }).execute();
  await announce(trx, { id, ...request }, 'rejected');
  await enqueue(trx, 'claim_released', [id]);
  return { id, status: 'rejected', reason, constrained: reason === 'patient_busy', seconds };
}
