import { isUuid, peopleCalls } from '@consulta/contracts';
import type { ServiceClient } from '@consulta/platform/http';
import type { Bus } from '@consulta/platform/messaging';
import { startChore } from '@consulta/platform/work';
import type pg from 'pg';
import { type ErasingDeps, erasePerson } from './erase-person.ts';
import { rememberDeleted, unsettledErasures } from './erasures.ts';

export type LeavingDeps = ErasingDeps & {
  pool: pg.Pool;
  bus: Bus;
  user: ServiceClient;
  /** Drops copies of people's names. */
  forgetNames: (ids: string[]) => Promise<void>;
};

const peopleAtOnce = 100;
const hourMs = 3_600_000;

/**
 * Follows which accounts are deleted, by message and by asking for all of them now and every hour, and erases what is
 * kept of these people; a while after the first time again, because of what was under way then.
 */
export function startErasing(deps: LeavingDeps): { stop: () => Promise<void> } {
  const { log, pool } = deps;
  const erase = startChore({
    name: 'erasing deleted accounts',
    ...{ pool, log },
    everyMs: 5_000,
    isNeeded: async () => (await unsettledErasures(deps.db, 1)).length > 0,
    work: () => eraseUnsettled(deps),
  });
  const subscription = deps.bus.subscribe('account_deleted', { batchMax: 500 }, async (messages) => {
    await followDeletions(deps, messages.map(({ key }) => key).filter(isUuid));
    erase.wake();
  });
  const heal = startChore({
    name: 'all deleted accounts',
    ...{ pool, log },
    everyMs: hourMs,
    atStart: true,
    work: async () => {
      await followAllDeletions(deps);
      erase.wake();
      return false;
    },
  });
  const stop = async () => {
    await Promise.all([subscription.stop(), heal.stop(), erase.stop()]);
  };
  return { stop };
}

/** Takes note of those of these people whose account is really gone: what is erased does not come back. */
async function followDeletions({ db, user, forgetNames, onStep }: LeavingDeps, ids: string[]): Promise<void> {
  const deleted = await user.call(peopleCalls.deletedAmong, { ids });
  await forgetNames(deleted.ids);
  await rememberDeleted(db, deleted.ids);
  await onStep?.('deletion heard of');
}

async function followAllDeletions({ db, user }: LeavingDeps): Promise<void> {
  let after: string | undefined;
  do {
    const page = await user.call(peopleCalls.listDeleted, after === undefined ? {} : { after });
    await rememberDeleted(db, page.ids);
    after = page.nextAfter ?? undefined;
  } while (after !== undefined);
}

/** One person's failure keeps nobody else waiting; answers whether there are more of whom nothing is erased. */
async function eraseUnsettled(deps: LeavingDeps): Promise<boolean> {
  const people = await unsettledErasures(deps.db, peopleAtOnce);
  const failures: unknown[] = [];
  for (const { person_id } of people) {
    await erasePerson(deps, person_id).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
  return people.length === peopleAtOnce && people.at(-1)?.erased_at === null;
}
