import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Appointment, MedicalFile } from '@consulta/contracts';
import { type Api, apiAt } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { doctorInput, join, type Person, patientInput, publishSlots, signIn } from '../support/people.ts';
import { processesOn } from '../support/processes.ts';
import { type ServerProcess, startServer, untilStarted } from '../support/server-process.ts';
import { postmasterOf } from './support/postgres-processes.ts';
import { cleanUp, say, seconds, unlessPossible } from './support/rounds.ts';
import { randomOf, seed } from './support/seed.ts';
import { startWorkload, type Workload } from './support/workload.ts';

/*
 * A server whose data lie on a small file system of their own, which is filled and freed.
 */

const run = promisify(execFile);
const random = randomOf(2);
const sizeMebibytes = 600;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let obstacle: string | undefined;
let disk: string;
let server: ServerProcess;
let workload: Workload;
let patient: Person;
let appointmentId: string;

before(async () => {
  disk = await mkdtemp(joinPath(tmpdir(), 'consulta-disk-'));
  const options = `size=${sizeMebibytes}m,mode=755`;
  obstacle = await run('mount', ['-t', 'tmpfs', '-o', options, 'consulta', disk]).then(
    () => undefined,
    (error: Error) => `a small file system cannot be mounted: ${error.message}`,
  );
  if (obstacle) return;
  const folder = joinPath(disk, 'data');
  await mkdir(folder);
  server = await startServer({ folder });
  workload = await startWorkload(server.url, random);
  ({ patient, appointmentId } = await bookedPatient(workload.api));
});
after(async () => {
  await cleanUp([joinPath(disk, 'data')]);
  if (!obstacle) await run('umount', ['--lazy', disk]);
  await rm(disk, { recursive: true, force: true });
});

async function bookedPatient(api: Api) {
  const doctor = await join(api, doctorInput());
  const somebody = await join(api, patientInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const asked = { token: somebody.token, body: { slotId: slot?.id }, headers: { prefer: 'wait=10' } };
  const { id } = await api.expect<Appointment>(201, 'POST', '/appointments', asked);
  return { patient: somebody, appointmentId: id };
}

/** A picture of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function upload(): Promise<Response> {
  const form = new FormData();
  form.set('file', new Blob([png], { type: 'image/png' }), 'exame.png');
  return fetch(`${server.url}/api/v1/appointments/${appointmentId}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${patient.token}` },
    body: form,
  });
}

const filler = () => joinPath(disk, 'filler');

/** Takes all the space there is, and goes on taking what becomes free, for a while. */
async function fill(forMs = 0): Promise<void> {
  const chunk = Buffer.alloc(256 * 1024, 1);
  const file = await open(filler(), 'a');
  const untilMs = performance.now() + forMs;
  try {
    for (;;) {
      const full = await file.write(chunk).then(
        () => false,
        () => true,
      );
      if (full && performance.now() >= untilMs) return;
      if (full) await sleep(20);
    }
  } finally {
    await file.close();
  }
}

const free = () => rm(filler(), { force: true });

/** After the disk is free again: it serves, or has ended and said why, and then a start serves. */
async function assertRecovers(say: (words: string) => void): Promise<void> {
  const overMs = performance.now();
  const outcome = await Promise.race([workload.servedAgainAfter(overMs), server.exited.then(() => 'ended')]);
  if (typeof outcome === 'number') say(`serves again after ${seconds(outcome)}`);
  else {
    assert.match(server.errors(), /PostgreSQL|space/, 'it ended and did not say why');
    assert.deepEqual(await processesOn(server.folder), []);
    say('ended and said why; started again');
    server = await startServer({ folder: server.folder, port: server.port });
  }
  await untilStarted(server, '/health/ready');
  await workload.assertNothingLost();
}

/** Waits until readiness names what is missing, or the server has ended. */
const untilLackIsSaid = () =>
  Promise.race([
    server.exited,
    eventually(async () => {
      const ready = await fetch(`${server.url}/health/ready`);
      assert.equal(ready.status, 503);
      assert.match(((await ready.json()) as { detail: string }).detail, /espaço no disco/);
      assert.ok(Number(ready.headers.get('retry-after')) > 0);
    }, 50_000),
  ]);

test(`the disk fills up under load and is freed (SEED=${seed})`, async (t) => {
  if (unlessPossible(t, obstacle)) return;
  assert.equal((await upload()).status, 201);
  await fill();
  await untilLackIsSaid();
  const refused = await upload().catch(() => undefined);
  if (refused) assert.equal(refused.status, 503, await refused.text());
  await sleep(random.below(2_000));
  await free();
  await assertRecovers((words) => say(t, words));
  assert.equal((await upload()).status, 201);
});

test(`the disk fills up to the last byte, the reserve too, for a while (SEED=${seed})`, async (t) => {
  if (unlessPossible(t, obstacle)) return;
  await fill(5_000 + random.below(2_000));
  await free();
  await assertRecovers((words) => say(t, words));
});

test(`the postmaster is killed on a full disk (SEED=${seed})`, async (t) => {
  if (unlessPossible(t, obstacle)) return;
  await fill();
  process.kill(await postmasterOf(server), 'SIGKILL');
  await sleep(1_000 + random.below(3_000));
  await free();
  await assertRecovers((words) => say(t, words));
});

/** On a full disk it starts, lets its people in, and lets them delete. */
async function assertStartsAndDeletes(): Promise<void> {
  await fill();
  server = await startServer({
    folder: server.folder,
    port: server.port,
    startedPath: '/health/live',
  });
  await untilLackIsSaid();
  const api = apiAt(server.url);
  const { accessToken: token } = await signIn(api, patient.email);
  const { items } = await api.expect<{ items: MedicalFile[] }>(200, 'GET', '/files', { token });
  assert.ok(items.length > 0);
  for (const { id } of items) await api.expect(204, 'DELETE', `/files/${id}`, { token });
}

test(`a server that was stopped starts on a full disk and deletes (SEED=${seed})`, async (t) => {
  if (unlessPossible(t, obstacle)) return;
  await eventually(async () => assert.equal((await upload()).status, 201), 50_000);
  assert.equal(await server.terminate(), 0);
  assert.deepEqual(await processesOn(server.folder), []);
  await assertStartsAndDeletes();
  await free();
  await assertRecovers((words) => say(t, words));
});

test(`a server that was killed starts on a full disk and deletes (SEED=${seed})`, async (t) => {
  if (unlessPossible(t, obstacle)) return;
  await eventually(async () => assert.equal((await upload()).status, 201), 50_000);
  await server.kill('node and postgres');
  await assertStartsAndDeletes();
  await free();
  await assertRecovers((words) => say(t, words));
});

test(`everything acknowledged in these rounds is there, and the server stops (SEED=${seed})`, async (t) => {
  if (unlessPossible(t, obstacle)) return;
  say(t, `${await workload.finish()} requests were acknowledged`);
  assert.equal(await server.terminate(), 0);
  assert.deepEqual(await processesOn(server.folder), []);
});
