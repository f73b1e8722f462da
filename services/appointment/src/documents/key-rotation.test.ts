import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openKeyRingFile, rotateKeyFile } from '@consulta/platform/embedded';
import { assertKeysPresent, KeyMissing, keyIdsInUse } from '@consulta/platform/encryption';
import { createLog } from '@consulta/platform/process';
import {
  appWith,
  bookAppointment,
  callAs,
  directoryOf,
  formWith,
  newPerson,
  openWorkplace,
} from '../../testing/documents-app.ts';
import { pngOfSize } from '../../testing/samples.ts';
import { systemActor } from '../audit/record.ts';
import { eraseFilesOf } from './files/erase-files.ts';
import { fileRoutes } from './files/routes.ts';
import { sweepBlobs } from './files/sweeper.ts';
import { encryptedColumns, rewrapDocuments } from './key-rotation.ts';
import { contentOf, encryptContent } from './medical-reports/report-content.ts';

const workplace = await openWorkplace();
const { pool, db, blobs, keyRing, rights } = workplace;
const [patient, doctor] = [newPerson('patient'), newPerson('doctor')];
const findPerson = directoryOf(patient, doctor);
const log = createLog('silent');
const app = await appWith(fileRoutes({ db, pool, blobs, keyRing, rights, log, findPerson, quotaBytes: 1e9 }));
after(async () => {
  await app.close();
  await workplace.close();
});
const appointment = await bookAppointment(pool, { patient, doctor, status: 'confirmed' });
const url = `/appointments/${appointment}/files`;
const upload = async (content: Buffer): Promise<string> =>
  (await callAs(app, patient, { method: 'POST', url, ...(await formWith(content)) })).json().id;
const download = (id: string) => callAs(app, patient, { method: 'GET', url: `/files/${id}/content` });
async function insertReport(): Promise<void> {
  const id = crypto.randomUUID();
  const people = {
    doctor: {
      fullName: 'a',
      crm: { number: '1', state: 'SP' as const },
      rqes: [],
      address: {
        street: 'a',
        number: '1',
        neighborhood: 'a',
        city: 'a',
        state: 'SP' as const,
        postalCode: '01001000',
      },
    },
    patient: { fullName: 'b', socialName: null, cpf: '52998224725' },
  };
  const sealed = await encryptContent(keyRing, contentOf({ title: 'a', body: 'b' }, null, people), id, 1);
  await pool.query('INSERT INTO medical_reports VALUES ($1, $2, $3, $4)', [
    id,
    appointment,
    doctor.id,
    patient.id,
  ]);
  await pool.query('INSERT INTO medical_report_versions VALUES ($1, 1, $2)', [id, sealed]);
}

test('after a rotation and a rewrap no row depends on the older key, and all still opens', async () => {
  const path = join(workplace.folder, 'keys.json');
  const content = pngOfSize(100_000);
  const ids = [await upload(content), await upload(content)];
  await insertReport();
  const first = await keyRing.currentKeyId();
  const second = await rotateKeyFile(path);
  await keyRing.reload();
  const newest = await upload(content);
  assert.equal(await rewrapDocuments(pool, keyRing), 5);
  assert.equal(await rewrapDocuments(pool, keyRing), 0);
  for (const column of encryptedColumns) assert.deepEqual(await keyIdsInUse(pool, column), [second]);
  assert.notEqual(first, second);
  for (const id of [...ids, newest]) assert.ok((await download(id)).rawPayload.equals(content));
});

test('a start without the key of what is stored is refused, and one with it is not', async () => {
  await upload(pngOfSize(1_000));
  await assertKeysPresent(pool, keyRing, encryptedColumns);
  const fresh = await openKeyRingFile(join(workplace.folder, 'another.json'));
  await assert.rejects(assertKeysPresent(pool, fresh, encryptedColumns), KeyMissing);
});

test('the checks of keys and of files without rows stay quick on many rows', async () => {
  for (const column of encryptedColumns) {
    const { rows } = await pool.query<{ indexdef: string }>(
      'SELECT indexdef FROM pg_indexes WHERE tablename = $1',
      [column.table],
    );
    assert.ok(rows.some(({ indexdef }) => indexdef.includes(`"substring"(${column.column}, 2, 8)`)));
  }
});

test('erasing a patient leaves neither files nor blobs', async () => {
  const id = await upload(pngOfSize(1_000));
  await db.transaction().execute((trx) => eraseFilesOf(trx, systemActor, patient.id));
  assert.equal((await download(id)).statusCode, 404);
  await sweepBlobs(pool, blobs, Date.now() + 1_000);
  for await (const key of blobs.keysBefore(Date.now() + 1_000)) assert.fail(`blob ${key} is left`);
});
