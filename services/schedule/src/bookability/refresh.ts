import { doctorCalls, idBeforeAll } from '@consulta/contracts';
import { inTransaction } from '@consulta/platform/database';
import type { ServiceClient } from '@consulta/platform/http';
import { enqueue } from '@consulta/platform/messaging';
import type { Log } from '@consulta/platform/process';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { knownBookability, listDoctorIds } from './queries.ts';
import { storeBookability } from './store-bookability.ts';

export type BookabilityDeps = {
  db: Kysely<Tables>;
  user: ServiceClient;
  /** Called after each commit that enqueued messages. */
  wake: () => void;
  /** Closes all that a doctor offers who deleted their account; may be repeated. */
  closeSchedules: (doctorId: string) => Promise<void>;
};

/**
 * Asks the user service whether these doctors may be booked, and keeps the answer. One whom it does not know
 * may not, and the schedules of one who left are closed.
 */
export async function refreshBookability(deps: BookabilityDeps, doctorIds: string[]): Promise<void> {
  if (doctorIds.length === 0) return;
  const ids = [...new Set(doctorIds)];
  const found = await deps.user.call(doctorCalls.bookability, { ids });
  const bookable = new Set(found.doctors.filter((doctor) => doctor.bookable).map(({ doctorId }) => doctorId));
  const answers = ids.map((doctorId) => ({ doctorId, bookable: bookable.has(doctorId) }));
  await inTransaction(deps.db, async (trx) => {
    const news = await storeBookability(trx, answers);
    await enqueue(trx, 'availability_changed', news);
  });
  for (const { doctorId, deleted } of found.doctors) if (deleted) await deps.closeSchedules(doctorId);
  deps.wake();
}

/**
 * Makes sure that a doctor who offers consultations is known here. One who may be booked as far as is known is
 * not asked about again; one who may not is, since it may just have changed, but then only in passing.
 */
export async function ensureDoctorKnown(
  deps: BookabilityDeps & { log: Log },
  doctorId: string,
): Promise<void> {
  const known = await knownBookability(deps.db, doctorId);
  if (known === true) return;
  try {
    await refreshBookability(deps, [doctorId]);
  } catch (error) {
    if (known !== false) throw error;
    deps.log.warn({ err: error, doctorId }, 'bookability could not be asked; the last answer stands');
  }
}

const batch = 500;

/** Asks about every known doctor, in batches: heals what a lost message left behind. */
export async function refreshAllBookability(deps: BookabilityDeps): Promise<void> {
  let after = idBeforeAll;
  for (;;) {
    const ids = await listDoctorIds(deps.db, after, batch);
    await refreshBookability(deps, ids);
    const last = ids.at(-1);
    if (last === undefined || ids.length < batch) return;
    after = last;
  }
}
