/*
 * npm run admin -- create --email EMAIL --name "FULL NAME"
 * The password comes from the environment variable ADMIN_PASSWORD or from standard input; what is typed on a
 * terminal is not shown.
 * Works on the database at USER_DATABASE_URL, or on the data folder's: beside a running server, or on a PostgreSQL
 * started for as long as it takes.
 */
import { parseArgs } from 'node:util';
import { ProblemError, problemBody } from '@consulta/platform/problems';
import { configOrExit } from '@consulta/platform/process';
import { createAdministrator } from '@consulta/user';
import { askPassword } from './ask-password.ts';
import { openCommandDatabases, readCommandConfig } from './databases.ts';

const usage = 'Usage: npm run admin -- create --email EMAIL --name "FULL NAME"';

const { email, name } = askedFor();

const config = configOrExit((environment) => readCommandConfig(environment, ['users']));
const password = await givenPassword().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const { open, close } = await openCommandDatabases(config);
try {
  const id = await createAdministrator({ pool: await open('users') }, { email, fullName: name, password });
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
