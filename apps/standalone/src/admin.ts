/*
 * npm run admin -- create --email EMAIL --name "FULL NAME"
 * The password comes from the environment variable ADMIN_PASSWORD or from standard input.
 * Works beside a running server, or starts PostgreSQL for as long as it takes.
 */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { createAdministrator } from '@consulta/user';
import { readConfig } from './config.ts';
import { openOneDatabase } from './databases.ts';

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

async function askPassword(): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question('Password for the administrator: ');
  prompt.close();
  return answer;
}
