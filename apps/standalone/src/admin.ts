/*
 * npm run admin -- create --email EMAIL --name "FULL NAME"
 * The password comes from the environment variable ADMIN_PASSWORD or from standard input.
 * Works beside a running server, or starts PostgreSQL for as long as it takes.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { createLog, openPool, runningDatabaseUrl } from '@consulta/platform';
import { createAdministrator } from '@consulta/user';
import { readConfig } from './config.ts';
import { openDatabases } from './databases.ts';
import { lockFolder } from './folder-lock.ts';

const usage = 'Usage: npm run admin -- create --email EMAIL --name "FULL NAME"';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { email: { type: 'string' }, name: { type: 'string' } },
});
if (positionals[0] !== 'create' || !values.email || !values.name) {
  console.error(usage);
  process.exit(2);
}

const { dataFolder } = readConfig(process.env);
const password = process.env.ADMIN_PASSWORD ?? (await askPassword());
const { pool, close } = await openUserDatabase(dataFolder);
try {
  const id = await createAdministrator({ pool }, { email: values.email, fullName: values.name, password });
  console.log(`Administrator ${id} can sign in now.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await close();
}

async function askPassword(): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question('Password for the administrator: ');
  prompt.close();
  return answer;
}

async function openUserDatabase(folder: string) {
  const free = await lockFolder(folder, 0).then(
    () => true,
    () => false,
  );
  if (!free) {
    const pool = openPool({
      url: await runningDatabaseUrl(join(folder, 'postgres'), 'users'),
      connectionsMax: 1,
    });
    return { pool, close: () => pool.end() };
  }
  const databases = await openDatabases(folder, createLog('error'));
  return { pool: databases.user, close: databases.stop };
}
