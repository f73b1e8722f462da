import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { BlobStore } from '@consulta/platform/blobs';
import { createLog } from '@consulta/platform/process';
import {
  appWith,
  bearer,
  bookAppointment,
  formWith,
  newPerson,
  openWorkplace,
} from '../../../testing/documents-app.ts';
import { pngOfSize } from '../../../testing/samples.ts';
import { fileRoutes } from './routes.ts';

const workplace = await openWorkplace();
const { pool, db, keyRing, rights, folder } = workplace;
const [patient, doctor] = [newPerson('patient'), newPerson('doctor')];
let freeBytes = Number.POSITIVE_INFINITY;
let failure: Error | undefined;
/** The real store on a disk that fills up when the test says so. */
const blobs: BlobStore = {
  ...workplace.blobs,
  freeBytes: async () => freeBytes,
  put: async (key, content) =>
    workplace.blobs.put(
      key,
      (async function* () {
        yield* content;
        if (failure) throw failure;
      })(),
    ),
};
const log = createLog('silent');
const app = await appWith(
  fileRoutes({ db, pool, blobs, keyRing, rights, log, findPerson: async () => undefined, quotaBytes: 1e9 }),
);
after(async () => {
  await app.close();
  await workplace.close();
});
const appointmentId = await bookAppointment(pool, { patient, doctor, status: 'confirmed' });

async function upload() {
  const { headers, payload } = await formWith(pngOfSize(100_000));
  return app.inject({
    method: 'POST',
    url: `/api/v1/appointments/${appointmentId}/files`,
    headers: { ...headers, authorization: bearer(patient) },
    payload,
  });
}

test('no upload is taken that could use up what everything else needs', async () => {
  freeBytes = 200 * 1024 * 1024;
  const refused = await upload();
  assert.equal(refused.statusCode, 503);
  assert.match(refused.json().detail, /pouco espaço/);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  freeBytes = 300 * 1024 * 1024;
  assert.equal((await upload()).statusCode, 201);
});

test('a disk or a table of open files that is full meanwhile is 503, and nothing is left of the upload', async () => {
  const { items } = (await list()).json();
  for (const [code, words] of [
    ['ENOSPC', /Não há espaço/],
    ['EDQUOT', /Não há espaço/],
    ['EMFILE', /conexões demais/],
    ['ENFILE', /conexões demais/],
  ] as const) {
    failure = Object.assign(new Error(code), { code });
    const refused = await upload();
    assert.equal(refused.statusCode, 503, code);
    assert.match(refused.json().detail, words);
    assert.ok(Number(refused.headers['retry-after']) > 0);
  }
  failure = undefined;
  assert.deepEqual((await list()).json().items, items);
  assert.deepEqual(await readdir(join(folder, 'files', 'unfinished')), []);
});

const list = () =>
  app.inject({ method: 'GET', url: '/api/v1/files', headers: { authorization: bearer(patient) } });
