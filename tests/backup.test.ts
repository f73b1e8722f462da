import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { pngOfSize } from '@consulta/appointment/testing';
import type { Appointment, MedicalFile } from '@consulta/contracts';
import { type Api, apiAt } from './support/api.ts';
import { doctorInput, join, patientInput, publishSlots, signIn } from './support/people.ts';
import { type ServerProcess, startServer } from './support/server-process.ts';

/*
 * A backup, and a restore from it, by the steps of docs/operating.md.
 */

const run = promisify(execFile);
const root = await mkdtemp(joinPath(tmpdir(), 'consulta-backup-'));
const inRoot = (name: string) => joinPath(root, name);
let server: ServerProcess | undefined;
after(async () => {
  await server?.terminate();
  await rm(root, { recursive: true, force: true });
});

const picture = pngOfSize(300_000);

async function uploadedFile(api: Api): Promise<{ email: string; fileId: string }> {
  const doctor = await join(api, doctorInput());
  const { email, token } = await join(api, patientInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const asked = { token, body: { slotId: slot?.id }, headers: { prefer: 'wait=10' } };
  const { id } = await api.expect<Appointment>(201, 'POST', '/appointments', asked);
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(picture)], { type: 'image/png' }), 'exame.png');
  const headers = { authorization: `Bearer ${token}` };
  const sent = await fetch(`${api.url}/api/v1/appointments/${id}/files`, { method: 'POST', headers, body });
  assert.equal(sent.status, 201);
  return { email, fileId: ((await sent.json()) as MedicalFile).id };
}

test('what was copied while it was stopped comes back whole, with the key file from another place', async () => {
  server = await startServer({ folder: inRoot('data') });
  const { email, fileId } = await uploadedFile(apiAt(server.url));
  assert.equal(await server.terminate(), 0);
  await run('cp', ['-a', inRoot('data'), inRoot('copy')]);
  await run('cp', ['-a', inRoot('copy/keys.json'), inRoot('keys.json')]);
  await unlink(inRoot('copy/keys.json'));
  await rm(inRoot('data'), { recursive: true });

  await run('cp', ['-a', inRoot('copy'), inRoot('data')]);
  await run('cp', ['-a', inRoot('keys.json'), inRoot('data/keys.json')]);
  server = await startServer({ folder: inRoot('data') });
  const { accessToken } = await signIn(apiAt(server.url), email);
  const content = await fetch(`${server.url}/api/v1/files/${fileId}/content`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  assert.deepEqual(Buffer.from(await content.arrayBuffer()), Buffer.from(picture));
  const verified = await run(process.execPath, ['apps/standalone/src/commands/audit-verify.ts'], {
    env: { ...process.env, DATA_DIR: inRoot('data') },
  });
  assert.match(verified.stdout, /^The audit trail is whole\.$/m);
});
