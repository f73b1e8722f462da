import { inTransaction } from '@consulta/platform/database';
import type { Kysely } from 'kysely';
import { extendSchedule } from '../schedules/extension.ts';
import { findSchedule, lockDoctor } from '../schedules/queries.ts';
import { announceAvailability } from '../schedules/slot-rows.ts';
import type { Tables } from '../tables.ts';
import type { Planning, RollingSchedule } from './queries.ts';

/**
 * Makes a weekly schedule's slots up to its horizon, those passed over before too. Replicas that roll the same schedule
 * take turns, and the later finds nothing left to do.
 */
export async function rollSchedule(
  db: Kysely<Tables>,
  { id, doctorId }: RollingSchedule,
  planning: Planning,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await lockDoctor(trx, doctorId);
    const row = await findSchedule(trx, { id, doctorId });
    if (row?.active && (await extendSchedule(trx, row, planning))) {
      await announceAvailability(trx, [doctorId]);
    }
  });
}
