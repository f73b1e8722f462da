import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import type { TokenPair } from '@consulta/contracts';
import { keyIdsInUse } from '@consulta/platform/encryption';
import { aloneSystem } from './support/alone-system.ts';
import { eventually } from './support/eventually.ts';
import { runCommand } from './support/service-process.ts';

/*
 * Commands on the databases of services that run in processes of their own: the data folder has no PostgreSQL.
 */

const { databases, dataFolder, start, serviceOf, migrate, apiOf, stop } = await aloneSystem();
after(stop);
const folder = dataFolder('user');

for (const name of ['user', 'appointment'] as const) {
  await migrate(name);
  await start(name, { DATA_DIR: folder });
}
for (const name of ['user', 'appointment'] as const) {
  await eventually(async () => assert.equal((await serviceOf(name).readiness())?.status, 200), 120_000);
}

/** The variables that name both databases, by addresses that stand in files. */
async function named(): Promise<Record<string, string>> {
  const file = async (name: string, holds: string) => {
    await writeFile(joinPath(folder, name), `${holds}\n`);
    return joinPath(folder, name);
  };
  const user = new URL(databases.user.url);
  const password = decodeURIComponent(user.password);
  user.password = '';
  return {
    DATA_DIR: folder,
    USER_DATABASE_URL: user.href,
    ...(password ? { USER_DATABASE_PASSWORD_FILE: await file('user-password', password) } : {}),
    APPOINTMENT_DATABASE_URL_FILE: await file('appointment-url', databases.appointment.url),
  };
}

const commands = 'apps/standalone/src/commands';
const email = 'marta@example.com';
const password = 'ipê-roxo-florido-77';
const login = { body: { identifier: email, password } };

test('an administrator is made in the database that is named', async () => {
  const { APPOINTMENT_DATABASE_URL_FILE: _, ...environment } = await named();
  const create = [`${commands}/admin.ts`, 'create', '--email', email, '--name', 'Marta Figueiredo'];
  await runCommand(create, { ...environment, ADMIN_PASSWORD: password });
  const { accessToken } = await apiOf('user').expect<TokenPair>(200, 'POST', '/auth/login', login);
  await apiOf('user').expect(200, 'GET', '/admin/doctors', { token: accessToken });
});

test('keys are rotated in both databases beside running services, which go on signing', async () => {
  await runCommand([`${commands}/keys.ts`, 'rotate'], await named());
  const { current } = JSON.parse(await readFile(joinPath(folder, 'keys.json'), 'utf8'));
  const column = { table: 'signing_keys', column: 'private_sealed' };
  assert.deepEqual(await keyIdsInUse(databases.user.pool, column), [current]);
  await serviceOf('user').terminate();
  await start('user', { DATA_DIR: folder });
  await eventually(async () => assert.equal((await serviceOf('user').readiness())?.status, 200), 120_000);
  await apiOf('user').expect(200, 'POST', '/auth/login', login);
});

test('the audit trail is checked in the database that is named', async () => {
  const said = await runCommand([`${commands}/audit-verify.ts`], await named());
  assert.match(said, /The audit trail is whole/);
});

test('a database that is not named while another is, or that nobody answers for, ends a command in a sentence', async () => {
  const { USER_DATABASE_URL = '', ...others } = await named();
  const { USER_DATABASE_PASSWORD_FILE: _, ...withoutUser } = others;
  await assert.rejects(
    runCommand([`${commands}/keys.ts`, 'rotate'], withoutUser),
    /ended with 1: USER_DATABASE_URL is missing: it accepts [^\n]*\n$/,
  );
  const nowhere = { ...others, USER_DATABASE_URL, APPOINTMENT_DATABASE_URL_FILE: '' };
  await assert.rejects(
    runCommand([`${commands}/audit-verify.ts`], {
      ...nowhere,
      APPOINTMENT_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    }),
    /ended with 2: The database of appointments cannot be used: ECONNREFUSED\n$/,
  );
});
