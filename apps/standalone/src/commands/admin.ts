/*
 * npm run admin -- create --email EMAIL --name "FULL NAME"
 * The password comes from the environment variable ADMIN_PASSWORD or from standard input; what is typed on a
 * terminal is not shown.
 * Works beside a running server, or starts PostgreSQL for as long as it takes.
 */
import { parseArgs } from 'node:util';
import { ProblemError, problemBody } from '@consulta/platform/problems';
import { configOrExit } from '@consulta/platform/process';
import { createAdministrator } from '@consulta/user';
import { readConfig } from '../config.ts';
import { openOneDatabase } from '../databases.ts';
import { askPassword } from './ask-password.ts';

const usage = 'Usage: npm run admin -- create --email EMAIL --name "FULL NAME"';

const { email, name } = askedFor();

const { dataFolder } = configOrExit(readConfig);
const password = await givenPassword().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const { pool, close } = await openOneDatabase(dataFolder, 'users');
try {
  const id = await createAdministrator({ pool }, { email, fullName: name, password });
  console.log(`Administrator ${id} can sign in now.`);
} catch (error) {
  for (const line of faultsIn(error)) console.error(line);
  process.exitCode = 1;
} finally {
  await close();
}

/** What the command line asks for, or the end with how to ask. */
function askedFor(): { email: string; name: string } {
  try {
    const options = { email: { type: 'string' }, name: { type: 'string' } } as const;
    const { positionals, values } = parseArgs({ allowPositionals: true, options });
    const { email, name } = values;
    if (positionals.join() === 'create' && email && name) return { email, name };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  console.error(usage);
  process.exit(2);
}

/** Every fault by what was given, in a line each. */
function faultsIn(error: unknown): unknown[] {
  if (!(error instanceof ProblemError)) return [error instanceof Error ? error.message : error];
  const given: Record<string, string> = {
    '/email': '--email',
    '/fullName': '--name',
    '/password': 'The password',
  };
  const { detail, errors } = problemBody(error, 'en');
  return errors?.map(({ pointer, message }) => `${given[pointer] ?? pointer}: ${message}.`) ?? [`${detail}.`];
}

async function givenPassword(): Promise<string> {
  return process.env.ADMIN_PASSWORD ?? askPassword('Password for the administrator: ');
}
