/*
 * npm run admin -- create --email EMAIL --name "FULL NAME"
 * The password comes from the environment variable ADMIN_PASSWORD or from standard input; what is typed on a
 * terminal is not shown.
 * Works beside a running server, or starts PostgreSQL for as long as it takes.
 */
import { parseArgs } from 'node:util';
import { createAdministrator } from '@consulta/user';
import { readConfig } from '../config.ts';
import { openOneDatabase } from '../databases.ts';
import { askPassword } from './ask-password.ts';

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
const password = await givenPassword().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const { pool, close } = await openOneDatabase(dataFolder, 'users');
try {
  const id = await createAdministrator({ pool }, { email: values.email, fullName: values.name, password });
  console.log(`Administrator ${id} can sign in now.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await close();
}

async function givenPassword(): Promise<string> {
  return process.env.ADMIN_PASSWORD ?? askPassword('Password for the administrator: ');
}
