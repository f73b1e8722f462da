import { join } from 'node:path';
import type { Log } from '@consulta/platform/process';
import { createAdministrator } from '@consulta/user';
import type pg from 'pg';
import type { StandaloneConfig } from '../config.ts';
import { accountsToTry, type DemoAccount } from './accounts.ts';
import { type DemoDeps, makeDemoData } from './make.ts';
import { demoPasswords, withdrawPublicPassword } from './passwords.ts';

export type { DemoAccount } from './accounts.ts';

type Where = Pick<StandaloneConfig, 'loopback' | 'dataFolder'>;

/** Makes the data to try it with, where there are none, and answers the accounts that were made. */
export const demoData = (
  { loopback, dataFolder }: Where,
  deps: Pick<DemoDeps, 'userPool' | 'keyRing' | 'publish' | 'onStep'>,
): Promise<DemoAccount[] | undefined> =>
  makeDemoData({
    ...deps,
    passwords: demoPasswords(loopback),
    makeAdministrator: (account) => createAdministrator({ pool: deps.userPool }, account),
    unfinishedFile: join(dataFolder, 'demo-data-unfinished'),
  });

/** Where others get in, no password of an earlier start is known. */
export const knownAccounts = async (
  { demo, loopback }: Pick<StandaloneConfig, 'demo' | 'loopback'>,
  users: pg.Pool,
): Promise<DemoAccount[]> => (demo && loopback ? accountsToTry(users) : []);

/** Before anybody can get in, and before revoked sessions are read for the first time. */
export async function keepDemoAccountsAtHome(users: pg.Pool, log: Log): Promise<void> {
  const accounts = await withdrawPublicPassword(users);
  if (accounts > 0) log.warn({ accounts }, 'demo accounts lost their public password: others can get in now');
}
