import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { pngOfSize } from '@consulta/appointment/testing';
import type { Appointment, MedicalFile } from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import { keyIdsInUse } from '@consulta/platform/encryption';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

const { api, standalone, folder, stop } = await startSystem();
after(stop);

const keyFile = async (): Promise<{ current: string; keys: Record<string, string> }> =>
  JSON.parse(await readFile(joinPath(folder, 'keys.json'), 'utf8'));

/** The ids of the keys that wrap the data keys of a column. */
async function keysInUse(database: string, table: string, column: string): Promise<string[]> {
  const pool = openPool({
    url: await runningDatabaseUrl(joinPath(folder, 'postgres'), database),
    connectionsMax: 1,
  });
  const keys = await keyIdsInUse(pool, { table, column });
  await pool.end();
  return keys;
}

async function runKeys(...given: string[]) {
  const script = new URL('../apps/standalone/src/commands/keys.ts', import.meta.url).pathname;
  const env = { ...process.env, DATA_DIR: folder };
  const child = spawn(process.execPath, [script, ...given], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { output, code };
}

test('rotating the keys beside a running server leaves nothing under the older one, and all still opens', async () => {
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const asked = { token: patient.token, body: { slotId: slot?.id }, headers: { prefer: 'wait=10' } };
  const { id } = await api.expect<Appointment>(201, 'POST', '/appointments', asked);
  const content = pngOfSize(1_000);
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(content)], { type: 'image/png' }), 'exame.png');
  const headers = { authorization: `Bearer ${patient.token}` };
  const url = `${standalone.url}/api/v1/appointments/${id}/files`;
  const sent = await fetch(url, { method: 'POST', headers, body: form });
  assert.equal(sent.status, 201);
  const file = (await sent.json()) as MedicalFile;

  const before = await keyFile();
  const { code, output } = await runKeys('rotate');
  assert.equal(code, 0, output);
  const now = await keyFile();
  assert.notEqual(now.current, before.current);
  assert.deepEqual(Object.keys(now.keys).sort(), [...Object.keys(before.keys), now.current].sort());

  assert.deepEqual(await keysInUse('appointments', 'files', 'content_key'), [now.current]);
  assert.deepEqual(await keysInUse('users', 'signing_keys', 'private_sealed'), [now.current]);
  const read = await fetch(`${standalone.url}/api/v1/files/${file.id}/content`, { headers });
  assert.ok(Buffer.from(await read.arrayBuffer()).equals(content));
});

test('without a step to take, the command says how it is used', async () => {
  const before = await keyFile();
  assert.equal((await runKeys()).code, 2);
  assert.equal((await runKeys('rotate', 'twice')).code, 2);
  assert.deepEqual(await keyFile(), before);
});
