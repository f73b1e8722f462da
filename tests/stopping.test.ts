import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { pngOfSize } from '@consulta/appointment/testing';
import type { Appointment, MedicalFile } from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { freePort } from '@consulta/platform/process';
import { type Api, apiAt } from './support/api.ts';
import { RawConnection } from './support/attack.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, type Person, patientInput, publishSlots } from './support/people.ts';
import { processesOn } from './support/processes.ts';
import { removeFolder, type ServerProcess, startServer } from './support/server-process.ts';

/*
 * A stop that takes longer than its deadline exits with 1, so the exit code 0 says that it kept its time.
 */

const folders: string[] = [];
after(async () => {
  for (const folder of folders) {
    for (const { pid } of await processesOn(folder)) process.kill(pid, 'SIGKILL');
    await removeFolder(folder);
  }
});

async function start(): Promise<ServerProcess> {
  const server = await startServer();
  folders.push(server.folder);
  return server;
}

async function assertStopsCleanly(server: ServerProcess): Promise<void> {
  assert.equal(await server.terminate(), 0);
  assert.deepEqual(await processesOn(server.folder), []);
}

async function bookedPatient(api: Api): Promise<{ patient: Person; appointmentId: string }> {
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const asked = { token: patient.token, body: { slotId: slot?.id }, headers: { prefer: 'wait=10' } };
  const { id } = await api.expect<Appointment>(201, 'POST', '/appointments', asked);
  return { patient, appointmentId: id };
}

/** Half of an upload's body, after which nothing more comes. */
async function halfAnUpload(server: ServerProcess, path: string, token: string): Promise<RawConnection> {
  const connection = await RawConnection.open(server);
  connection.send(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n` +
      'content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000\r\n\r\n' +
      '--x\r\ncontent-disposition: form-data; name="file"; filename="exame.pdf"\r\n' +
      `content-type: application/pdf\r\n\r\n%PDF-1.4\n${'% comment line\n'.repeat(1000)}`,
  );
  return connection;
}

test('half requests, a paused download and a slow upload hold up no stop', async () => {
  const server = await start();
  const api = apiAt(server.url);
  const { patient, appointmentId } = await bookedPatient(api);
  const files = `/api/v1/appointments/${appointmentId}/files`;
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(pngOfSize(9_000_000))], { type: 'image/png' }), 'exame.png');
  const authorization = `Bearer ${patient.token}`;
  const sent = await fetch(`${server.url}${files}`, {
    method: 'POST',
    headers: { authorization },
    body: form,
  });
  assert.equal(sent.status, 201);
  const { id } = (await sent.json()) as MedicalFile;

  await RawConnection.open(server);
  const halfHead = await RawConnection.open(server);
  halfHead.send('GET /health/live HTTP/1.1\r\nhost: local');
  const halfBody = await RawConnection.open(server);
  halfBody.send(
    'POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"iden',
  );
  await halfAnUpload(server, files, patient.token);
  const download = await RawConnection.open(server);
  download.send(
    `GET /api/v1/files/${id}/content HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`,
  );
  await download.until((received) => received.includes('200 OK'));
  download.socket.pause();

  process.kill(-server.pid, 'SIGTERM');
  process.kill(-server.pid, 'SIGTERM');
  await assertStopsCleanly(server);
});

test('statements that hang in the database hold up no stop', async () => {
  const server = await start();
  const pool = openPool({ url: await server.databaseUrl('appointments'), connectionsMax: 1 });
  const client = await pool.connect();
  client.on('error', () => {});
  await client.query('BEGIN');
  await client.query('LOCK TABLE booking_requests, outbox, pending_events, audit_entries');
  const api = apiAt(server.url);
  const patient = await join(api, patientInput());
  const asked = fetch(`${server.url}/api/v1/appointments`, {
    headers: { authorization: `Bearer ${patient.token}` },
  }).catch(() => undefined);
  await eventually(async () => {
    const { rowCount } = await client.query('SELECT FROM pg_locks WHERE NOT granted');
    assert.ok(rowCount && rowCount > 0);
  });
  await assertStopsCleanly(server);
  await asked;
  client.release(true);
  await pool.end();
});

test('a frozen PostgreSQL is not left behind', async () => {
  const server = await start();
  for (const { pid } of await processesOn(joinPath(server.folder, 'postgres', 'data')))
    process.kill(pid, 'SIGSTOP');
  await assertStopsCleanly(server);
});

test('SIGTERM to npm start alone stops the server', async () => {
  const folder = await mkdtemp(joinPath(tmpdir(), 'consulta-server-'));
  folders.push(folder);
  const port = String(await freePort());
  const npm = spawn('npm', ['start'], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PORT: port, INTERNAL_PORT: String(await freePort()), DATA_DIR: folder, DEMO: '0' },
  });
  const exited = once(npm, 'exit');
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200;
  await eventually(async () => assert.ok(await isReady()), 75_000);
  npm.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.deepEqual(await processesOn(folder), []);
});

test('Ctrl+C on npm start, at any moment of the start, leaves nothing running', async () => {
  for (const delayMs of [50, 600, 1_200, 2_000]) {
    const folder = await mkdtemp(joinPath(tmpdir(), 'consulta-server-'));
    folders.push(folder);
    const port = String(await freePort());
    const npm = spawn('npm', ['start'], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, PORT: port, INTERNAL_PORT: String(await freePort()), DATA_DIR: folder },
    });
    const exited = once(npm, 'exit');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    process.kill(-(npm.pid ?? 0), 'SIGINT');
    await exited;
    await eventually(async () => assert.deepEqual(await processesOn(folder), []), 50_000);
  }
});
