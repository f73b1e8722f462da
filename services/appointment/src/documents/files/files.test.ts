import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileBytesMax, type MedicalFile } from '@consulta/contracts';
import { createLog } from '@consulta/platform/process';
import type { FastifyInstance } from 'fastify';
import {
  appWith,
  bookAppointment,
  callAs,
  directoryOf,
  encodeForm,
  formWith,
  newPerson,
  openWorkplace,
  type Person,
} from '../../../testing/documents-app.ts';
import { caseFiles, jpeg, pdf, png, pngOfSize } from '../../../testing/samples.ts';
import { fileRoutes } from './routes.ts';
import { sweepBlobs } from './sweeper.ts';

const workplace = await openWorkplace();
const { pool, db, blobs, keyRing, rights, folder } = workplace;
const [patient, otherPatient, doctor, otherDoctor] = [
  newPerson('patient'),
  newPerson('patient'),
  newPerson('doctor'),
  newPerson('doctor'),
];
const admin = newPerson('admin');
const findPerson = directoryOf(patient, otherPatient, doctor, otherDoctor, admin);
const quotaBytes = 60 * 1024 * 1024;
const deps = { db, pool, blobs, keyRing, rights, log: createLog('silent'), findPerson, quotaBytes };
const app = await appWith(fileRoutes(deps));
after(async () => {
  await app.close();
  await workplace.close();
});
const appointment = await bookAppointment(pool, { patient, doctor, status: 'confirmed' });

async function send(
  content: Buffer,
  options: { name?: string; by?: Person; to?: string; on?: FastifyInstance } = {},
) {
  const { name, by = patient, to = appointment, on = app } = options;
  return callAs(on, by, {
    method: 'POST',
    url: `/appointments/${to}/files`,
    ...(await formWith(content, name)),
  });
}
async function upload(content: Buffer, options: Parameters<typeof send>[1] = {}): Promise<MedicalFile> {
  const response = await send(content, options);
  assert.equal(response.statusCode, 201, response.body);
  return response.json<MedicalFile>();
}
const get = (by: Person, url: string, headers: Record<string, string> = {}) =>
  callAs(app, by, { method: 'GET', url, headers });
const share = (fileId: string, doctorId: string, expiresAt = inAnHour(), by = patient) =>
  callAs(app, by, { method: 'POST', url: `/files/${fileId}/accesses`, payload: { doctorId, expiresAt } });
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const blobPath = async (fileId: string) => {
  const { rows } = await pool.query<{ storage_key: string }>('SELECT storage_key FROM files WHERE id = $1', [
    fileId,
  ]);
  const key = rows[0]?.storage_key ?? '';
  return join(folder, 'files', 'blobs', key.slice(0, 2), key);
};
const trail = async (resourceId: string) => {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT concat_ws(' ', actor_role, action, resource_kind, outcome) AS line FROM audit_entries
     WHERE resource_id = $1 ORDER BY id`,
    [resourceId],
  );
  return rows.map(({ line }) => line);
};
const storedBlobs = async () => {
  const names = await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).length;
};

suite('uploading', () => {
  test('a file is stored encrypted, described, and given back byte for byte', async () => {
    const content = pngOfSize(200_000);
    const file = await upload(content, { name: 'Raio-X do tórax.PNG' });
    const { id, createdAt, ...rest } = file;
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
    assert.deepEqual(rest, {
      appointmentId: appointment,
      name: 'Raio-X do tórax.png',
      mediaType: 'image/png',
      sizeBytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    const response = await get(patient, `/files/${id}/content`);
    assert.equal(response.statusCode, 200);
    assert.ok(response.rawPayload.equals(content));
    assert.equal(response.headers['content-type'], 'image/png');
    assert.equal(response.headers['content-length'], String(content.length));
    assert.equal(response.headers['x-content-type-options'], 'nosniff');
    assert.equal(response.headers['cache-control'], 'no-store');
    assert.equal(
      response.headers['content-disposition'],
      `attachment; filename="Raio-X do torax.png"; filename*=UTF-8''Raio-X%20do%20t%C3%B3rax.png`,
    );
    const onDisk = await readFile(await blobPath(id));
    assert.equal(onDisk.includes(content.subarray(100, 132)), false);
    const { rows } = await pool.query<{ row: string }>('SELECT f::text AS row FROM files f WHERE id = $1', [
      id,
    ]);
    assert.equal(
      rows[0]?.row.includes(Buffer.from('Raio').toString('hex')),
      false,
      'names are encrypted too',
    );
  });

  test('PDF and JPEG are told by their content, whatever they are called', async () => {
    assert.equal((await upload(pdf(), { name: 'a.exe' })).name, 'a.exe.pdf');
    assert.equal((await upload(jpeg, { name: 'foto.jpeg' })).name, 'foto.jpeg');
    assert.equal((await upload(jpeg, { name: '../../etc/passwd' })).name, 'passwd.jpg');
    assert.equal(
      (await upload(png(), { name: 'C:\\x\\..exame\u202egpj.\u0007html' })).name,
      'examegpj.html.png',
    );
    assert.equal((await upload(png(), { name: '.png' })).name, 'arquivo.png');
    assert.ok((await upload(png(), { name: `${'é'.repeat(400)}.png` })).name.length <= 154);
  });

  test('what is no PDF, JPEG or PNG is refused and leaves nothing', async () => {
    const before = await storedBlobs();
    for (const content of [Buffer.from('MZ\x90\0program'), Buffer.from('<html></html>'), Buffer.alloc(0)]) {
      const response = await send(content, { name: 'exame.pdf' });
      assert.equal(response.statusCode, 415);
      assert.equal(response.json().code, 'unsupported_media_type');
    }
    const response = await send(pngOfSize(300_000).subarray(0, 290_000));
    assert.equal(response.statusCode, 415, 'also when it shows only at the end');
    assert.equal(await storedBlobs(), before);
  });

  test('every file that readers open is taken and given back byte for byte', async () => {
    for (const [name, content] of caseFiles('accept')) {
      const file = await upload(content, { name });
      const { rawPayload, headers } = await get(patient, `/files/${file.id}/content`);
      assert.ok(rawPayload.equals(content), name);
      assert.match(String(headers['content-disposition']), /^attachment;/);
      assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox");
    }
  });

  test('every file with something that runs, a file within or too much to unpack is refused', async () => {
    const before = await storedBlobs();
    for (const [name, content] of caseFiles('refuse')) {
      const response = await send(content, { name });
      assert.deepEqual([response.statusCode, response.json().code], [415, 'unsupported_media_type'], name);
    }
    assert.equal(await storedBlobs(), before);
  });

  test('9 MiB are taken, one byte more is not', async () => {
    const before = await storedBlobs();
    const tooLarge = await send(pngOfSize(fileBytesMax + 1));
    assert.equal(tooLarge.statusCode, 413);
    assert.equal(tooLarge.json().code, 'payload_too_large');
    assert.equal((await send(pngOfSize(fileBytesMax + 500_000))).statusCode, 413);
    assert.equal(await storedBlobs(), before);
    const file = await upload(pngOfSize(fileBytesMax));
    assert.equal((await get(patient, `/files/${file.id}/content`)).rawPayload.length, fileBytesMax);
    await callAs(app, patient, { method: 'DELETE', url: `/files/${file.id}` });
  });

  test('a form without the file, with another field, with two files or damaged is refused', async () => {
    const url = `/appointments/${appointment}/files`;
    const post = (body: { payload: Buffer; headers: Record<string, string> }) =>
      callAs(app, patient, { method: 'POST', url, ...body });
    const before = await storedBlobs();
    const empty = await post(await encodeForm(new FormData()));
    assert.equal(empty.statusCode, 400);
    const other = await post(await formWith(png(), 'a.png', 'document'));
    assert.deepEqual([other.statusCode, other.json().errors[0].pointer], [400, '/document']);
    const withField = new FormData();
    withField.set('file', new File([new Uint8Array(png())], 'a.png'));
    withField.set('ownerId', 'x');
    assert.equal((await post(await encodeForm(withField))).statusCode, 400);
    const two = new FormData();
    for (const name of ['a.png', 'b.png']) two.append('file', new File([new Uint8Array(png())], name));
    assert.equal((await post(await encodeForm(two))).statusCode, 400);
    const whole = await formWith(pngOfSize(100_000));
    for (const keep of [0, 60, 90_000, whole.payload.length - 10]) {
      const cut = await post({ ...whole, payload: whole.payload.subarray(0, keep) });
      assert.equal(cut.statusCode, 400, `${keep} bytes: ${cut.body}`);
    }
    const noBoundary = await post({ ...whole, headers: { 'content-type': 'multipart/form-data' } });
    assert.equal(noBoundary.statusCode, 400);
    const json = await callAs(app, patient, { method: 'POST', url, payload: { file: 'x' } });
    assert.equal(json.statusCode, 415);
    const none = await callAs(app, patient, { method: 'POST', url });
    assert.equal(none.statusCode, 415);
    assert.equal(await storedBlobs(), before);
  });

  test('only to one’s own appointment, and not to one that came to nothing', async () => {
    assert.equal((await send(png(), { by: otherPatient })).statusCode, 404);
    assert.equal((await send(png(), { by: doctor })).statusCode, 403);
    assert.equal((await send(png(), { by: admin })).statusCode, 403);
    assert.equal((await send(png(), { to: crypto.randomUUID() })).statusCode, 404);
    for (const status of ['requested', 'awaiting_confirmation', 'confirmed', 'concluded', 'no_show']) {
      await upload(png(), { to: await bookAppointment(pool, { patient, doctor, status }) });
    }
    for (const status of ['rejected', 'declined', 'cancelled', 'replaced']) {
      const to = await bookAppointment(pool, { patient, doctor, status });
      const refused = await send(png(), { to });
      assert.deepEqual([refused.statusCode, refused.json().code], [409, 'invalid_transition'], status);
    }
  });

  test('the same idempotency key and file give the same answer, another file is refused', async () => {
    const form = await formWith(pngOfSize(5_000));
    const keyed = { 'idempotency-key': 'k1', ...form.headers };
    const post = (payload: Buffer) =>
      callAs(app, patient, {
        method: 'POST',
        url: `/appointments/${appointment}/files`,
        payload,
        headers: keyed,
      });
    const before = await storedBlobs();
    const [first, second] = [await post(form.payload), await post(form.payload)];
    assert.deepEqual([first.statusCode, second.statusCode], [201, 201]);
    assert.deepEqual(second.json(), first.json());
    assert.equal(await storedBlobs(), before + 1);
    const other = await formWith(pngOfSize(5_001));
    const third = await callAs(app, patient, {
      method: 'POST',
      url: `/appointments/${appointment}/files`,
      payload: other.payload,
      headers: { 'idempotency-key': 'k1', ...other.headers },
    });
    assert.deepEqual([third.statusCode, third.json().code], [422, 'idempotency_key_reused']);
    assert.equal(await storedBlobs(), before + 1);
  });
});

suite('the quota', () => {
  test('uploads that race never go past it, and deleting gives the space back', async () => {
    const owner = newPerson('patient');
    const to = await bookAppointment(pool, { patient: owner, doctor, status: 'confirmed' });
    const small = await appWith(fileRoutes({ ...deps, quotaBytes: 100_000 }));
    const sent = await Promise.all(
      Array.from({ length: 12 }, () => send(pngOfSize(30_000), { by: owner, to, on: small })),
    );
    const codes = sent.map((response) => response.statusCode).sort();
    assert.deepEqual(codes, [201, 201, 201, ...Array(9).fill(409)]);
    const refused = sent.find((response) => response.statusCode === 409);
    assert.equal(refused?.json().code, 'quota_exceeded');
    const { rows } = await pool.query(
      `SELECT (SELECT bytes FROM file_usage WHERE patient_id = $1) AS used,
         (SELECT sum(size_bytes)::bigint FROM files WHERE patient_id = $1) AS stored`,
      [owner.id],
    );
    assert.deepEqual(rows[0], { used: 90_000, stored: 90_000 });

    const full = await send(pngOfSize(10_001), { by: owner, to, on: small });
    assert.equal(full.statusCode, 409);
    const kept = sent.find((response) => response.statusCode === 201)?.json<MedicalFile>();
    await callAs(small, owner, { method: 'DELETE', url: `/files/${kept?.id}` });
    await upload(pngOfSize(30_000), { by: owner, to, on: small });
    await small.close();
  });

  test('a single file larger than the quota is refused', async () => {
    const owner = newPerson('patient');
    const to = await bookAppointment(pool, { patient: owner, doctor, status: 'confirmed' });
    const tiny = await appWith(fileRoutes({ ...deps, quotaBytes: 1_000 }));
    assert.equal((await send(pngOfSize(1_001), { by: owner, to, on: tiny })).statusCode, 409);
    await tiny.close();
  });

  test('too many uploads at once are shed', async () => {
    const none = await appWith(fileRoutes({ ...deps, uploadsMax: 0 }));
    const response = await send(png(), { on: none });
    assert.deepEqual([response.statusCode, response.headers['retry-after']], [503, '1']);
    await none.close();
  });
});

suite('who may read', () => {
  const readings = (id: string) => [`/files/${id}`, `/files/${id}/content`];

  test('the patient and doctors with a live access; nobody else, from the moment it ends', async () => {
    const file = await upload(pngOfSize(3_000));
    const expect = async (by: Person, status: number, why: string) => {
      for (const url of readings(file.id))
        assert.equal((await get(by, url)).statusCode, status, `${why} ${url}`);
    };
    await expect(patient, 200, 'owner');
    await expect(otherPatient, 404, 'another patient');
    await expect(doctor, 404, 'the doctor without access');
    await expect(otherDoctor, 404, 'another doctor');
    await expect(admin, 403, 'an administrator');
    for (const url of readings(file.id)) {
      assert.equal((await app.inject({ method: 'GET', url: `/api/v1${url}` })).statusCode, 401);
    }

    const granted = await share(file.id, doctor.id);
    assert.equal(granted.statusCode, 201, granted.body);
    await expect(doctor, 200, 'live');
    await expect(otherDoctor, 404, 'not for another doctor');
    await pool.query("UPDATE file_accesses SET expires_at = now() - interval '1 ms' WHERE id = $1", [
      granted.json().id,
    ]);
    await expect(doctor, 404, 'expired');

    const again = await share(file.id, doctor.id);
    assert.equal(again.json().id, granted.json().id, 'one access for each doctor');
    await expect(doctor, 200, 'granted again');
    const revoked = await callAs(app, patient, {
      method: 'DELETE',
      url: `/files/${file.id}/accesses/${granted.json().id}`,
    });
    assert.equal(revoked.statusCode, 204);
    await expect(doctor, 404, 'revoked');

    const other = await upload(png());
    await share(other.id, doctor.id);
    await expect(doctor, 404, 'an access to another file');
  });

  test('an access ends by itself at its time', async () => {
    const file = await upload(png());
    await share(file.id, doctor.id, new Date(Date.now() + 400).toISOString());
    assert.equal((await get(doctor, `/files/${file.id}`)).statusCode, 200);
    for (let status = 200; status === 200; ) status = (await get(doctor, `/files/${file.id}`)).statusCode;
    assert.equal((await get(doctor, `/files/${file.id}/content`)).statusCode, 404);
  });

  test('lists show the patient all and a doctor what is shared', async () => {
    const owner = newPerson('patient');
    const to = await bookAppointment(pool, { patient: owner, doctor, status: 'confirmed' });
    const elsewhere = await bookAppointment(pool, { patient: owner, doctor, status: 'confirmed' });
    const files: MedicalFile[] = [];
    for (let each = 0; each < 5; each += 1) files.unshift(await upload(png(), { by: owner, to }));
    const last = await upload(png(), { by: owner, to: elsewhere });
    const ids = (list: MedicalFile[]) => list.map(({ id }) => id);
    const list = async (by: Person, url: string) => {
      const response = await get(by, url);
      assert.equal(response.statusCode, 200, response.body);
      return response.json<{ items: MedicalFile[]; nextCursor: string | null }>();
    };
    assert.deepEqual(ids((await list(owner, `/appointments/${to}/files`)).items), ids(files));
    assert.deepEqual((await list(owner, '/files')).items, [last, ...files]);
    assert.deepEqual((await list(patient, `/appointments/${appointment}/files?limit=1`)).items.length, 1);
    assert.deepEqual((await list(doctor, `/appointments/${to}/files`)).items, []);
    assert.equal((await get(otherDoctor, `/appointments/${to}/files`)).statusCode, 404);
    assert.equal((await get(otherPatient, `/appointments/${to}/files`)).statusCode, 404);
    assert.equal((await get(admin, `/appointments/${to}/files`)).statusCode, 403);
    assert.equal((await get(doctor, '/files')).statusCode, 403);

    const shared = files[2]?.id ?? '';
    await share(shared, doctor.id, inAnHour(), owner);
    await share(shared, otherDoctor.id, inAnHour(), owner);
    assert.deepEqual(ids((await list(doctor, `/appointments/${to}/files`)).items), [shared]);
    assert.deepEqual(ids((await list(otherDoctor, `/appointments/${to}/files`)).items), [shared]);

    const seen: string[] = [];
    for (let url: string | null = '/files?limit=4'; url; ) {
      const { items, nextCursor }: { items: MedicalFile[]; nextCursor: string | null } = await list(
        owner,
        url,
      );
      seen.push(...ids(items));
      url = nextCursor ? `/files?limit=4&cursor=${nextCursor}` : null;
    }
    assert.deepEqual(seen, [last.id, ...ids(files)]);
    assert.equal((await get(owner, '/files?cursor=abc')).statusCode, 400);
  });
});

suite('sharing', () => {
  test('only the patient shares, with a doctor who exists, until a time to come', async () => {
    const file = await upload(png());
    assert.equal((await share(file.id, doctor.id, inAnHour(), otherPatient)).statusCode, 404);
    assert.equal((await share(file.id, doctor.id, inAnHour(), doctor)).statusCode, 403);
    assert.equal((await share(crypto.randomUUID(), doctor.id)).statusCode, 404);
    const faults = [
      [crypto.randomUUID(), inAnHour(), '/doctorId'],
      [otherPatient.id, inAnHour(), '/doctorId'],
      [admin.id, inAnHour(), '/doctorId'],
      [doctor.id, new Date(Date.now() - 1_000).toISOString(), '/expiresAt'],
      [doctor.id, '0000-01-01T00:00:00Z', '/expiresAt'],
      [doctor.id, 'tomorrow', '/expiresAt'],
      [doctor.id, '2030-01-01T23:59:60Z', '/expiresAt'],
    ];
    for (const [doctorId = '', expiresAt, pointer] of faults) {
      const response = await share(file.id, doctorId, expiresAt);
      assert.deepEqual([response.statusCode, response.json().errors?.[0]?.pointer], [400, pointer]);
    }
    const extra = await callAs(app, patient, {
      method: 'POST',
      url: `/files/${file.id}/accesses`,
      payload: { doctorId: doctor.id, expiresAt: inAnHour(), revokedAt: null },
    });
    assert.equal(extra.statusCode, 400);
  });

  test('accesses are listed until revoked; revoking twice finds nothing', async () => {
    const file = await upload(png());
    const first = (await share(file.id, doctor.id)).json();
    const second = (await share(file.id, otherDoctor.id, '2030-01-01T00:00:00-03:00')).json();
    assert.equal(second.expiresAt, '2030-01-01T03:00:00.000Z');
    const list = () => get(patient, `/files/${file.id}/accesses`);
    assert.deepEqual((await list()).json(), { items: [second, first], nextCursor: null });
    const revoke = (by: Person, accessId: string, fileId = file.id) =>
      callAs(app, by, { method: 'DELETE', url: `/files/${fileId}/accesses/${accessId}` });
    assert.equal((await revoke(otherPatient, first.id)).statusCode, 404);
    assert.equal((await revoke(doctor, first.id)).statusCode, 403);
    assert.equal((await revoke(patient, first.id, (await upload(png())).id)).statusCode, 404);
    assert.equal((await revoke(patient, first.id)).statusCode, 204);
    assert.equal((await revoke(patient, first.id)).statusCode, 404);
    assert.deepEqual((await list()).json().items, [second]);
    assert.equal((await get(otherPatient, `/files/${file.id}/accesses`)).statusCode, 404);
    assert.equal((await get(doctor, `/files/${file.id}/accesses`)).statusCode, 403);
  });

  test('a repeat with the same key neither brings a revoked access back nor shows it as given', async () => {
    const file = await upload(png());
    const payload = { doctorId: doctor.id, expiresAt: inAnHour() };
    const post = () =>
      callAs(app, patient, {
        method: 'POST',
        url: `/files/${file.id}/accesses`,
        payload,
        headers: { 'idempotency-key': 'share-1' },
      });
    const first = await post();
    await callAs(app, patient, { method: 'DELETE', url: `/files/${file.id}/accesses/${first.json().id}` });
    const repeat = await post();
    assert.deepEqual([first.statusCode, repeat.statusCode, repeat.json().code], [201, 410, 'gone']);
    assert.equal((await get(doctor, `/files/${file.id}`)).statusCode, 404);
  });
});

suite('ranges', async () => {
  const content = pngOfSize(200_000);
  const file = await upload(content);
  const read = (range: string, headers: Record<string, string> = {}) =>
    get(patient, `/files/${file.id}/content`, { range, ...headers });

  test('give the part asked for', async () => {
    const parts: [string, number, number][] = [
      ['bytes=0-0', 0, 1],
      ['bytes=65530-65545', 65_530, 65_546],
      ['bytes=100-', 100, 200_000],
      ['bytes=-5', 199_995, 200_000],
      ['bytes=-999999', 0, 200_000],
      ['bytes=131072-999999', 131_072, 200_000],
    ];
    for (const [range, start, end] of parts) {
      const response = await read(range);
      assert.equal(response.statusCode, 206, range);
      assert.equal(response.headers['content-range'], `bytes ${start}-${end - 1}/200000`);
      assert.equal(response.headers['content-length'], String(end - start));
      assert.ok(response.rawPayload.equals(content.subarray(start, end)), range);
    }
  });

  test('read from the disk the frames they lie in, and nothing else', async () => {
    const large = await upload(pngOfSize(fileBytesMax));
    let bytesRead = 0;
    const counting = {
      ...blobs,
      read: async function* (...of: Parameters<typeof blobs.read>) {
        for await (const chunk of blobs.read(...of)) {
          bytesRead += chunk.length;
          yield chunk;
        }
      },
    };
    const counted = await appWith(fileRoutes({ ...deps, blobs: counting }));
    for (const at of [0, 65_535, 5_000_000, fileBytesMax - 1]) {
      bytesRead = 0;
      const headers = { range: `bytes=${at}-${at}` };
      const response = await callAs(counted, patient, { url: `/files/${large.id}/content`, headers });
      assert.deepEqual([response.statusCode, response.rawPayload.length], [206, 1]);
      assert.ok(bytesRead <= 65_552, `${bytesRead} bytes were read for the one at ${at}`);
    }
    await counted.close();
  });

  test('that lie past the end are refused with the size', async () => {
    for (const range of ['bytes=200000-', 'bytes=200001-200002', 'bytes=-0']) {
      const response = await read(range);
      assert.deepEqual([response.statusCode, response.json().code], [416, 'range_not_satisfiable']);
      assert.equal(response.headers['content-range'], 'bytes */200000');
    }
  });

  test('that are not understood, or of another file than known, give the whole', async () => {
    for (const range of ['bytes=5-2', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=-', 'bytes 0-1']) {
      const response = await read(range);
      assert.deepEqual([response.statusCode, response.rawPayload.length], [200, 200_000], range);
    }
    const etag = String((await read('bytes=0-0')).headers.etag);
    assert.equal((await read('bytes=0-0', { 'if-range': etag })).statusCode, 206);
    assert.equal((await read('bytes=0-0', { 'if-range': '"other"' })).statusCode, 200);
  });
});

suite('a file changed behind the service', () => {
  async function expectRefused(file: MedicalFile, range = 'bytes=0-9'): Promise<void> {
    for (const headers of [{}, { range }] as Record<string, string>[]) {
      const response = await get(patient, `/files/${file.id}/content`, headers);
      assert.deepEqual([response.statusCode, response.json().code], [409, 'content_damaged']);
      assert.equal(response.headers['content-type'], 'application/problem+json');
    }
    assert.deepEqual((await trail(file.id)).slice(-4), [
      'patient download file granted',
      'patient download file damaged',
      'patient download file granted',
      'patient download file damaged',
    ]);
    assert.equal(
      (await get(patient, `/files/${file.id}`)).statusCode,
      200,
      'what is known of it can still be read',
    );
  }

  test('is refused wherever a bit flipped', async () => {
    for (const at of [0, 70_000, 199_990]) {
      const file = await upload(pngOfSize(200_000));
      const path = await blobPath(file.id);
      const bytes = await readFile(path);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      await writeFile(path, bytes);
      await expectRefused(file, `bytes=${at - (at % 65_536)}-`);
    }
  });

  test('gives what lies in other frames, each proven by its own seal', async () => {
    const content = pngOfSize(200_000);
    const file = await upload(content);
    const path = await blobPath(file.id);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(70_000) ^ 1, 70_000);
    await writeFile(path, bytes);
    for (const [start, end] of [
      [0, 65_536],
      [131_072, 200_000],
    ] as const) {
      const range = `bytes=${start}-${end - 1}`;
      const response = await get(patient, `/files/${file.id}/content`, { range });
      assert.equal(response.statusCode, 206, range);
      assert.ok(response.rawPayload.equals(content.subarray(start, end)), range);
    }
    await expectRefused(file, 'bytes=65535-65536');
  });

  test('is refused when cut off, lengthened, gone or another file', async () => {
    const [cut, longer, swapped, other] = [
      await upload(pngOfSize(200_000)),
      await upload(pngOfSize(200_000)),
      await upload(pngOfSize(200_000)),
      await upload(pngOfSize(200_000)),
    ];
    await truncate(await blobPath(cut.id), 65_552);
    await expectRefused(cut);
    await writeFile(await blobPath(longer.id), 'x', { flag: 'a' });
    await expectRefused(longer);
    await copyFile(await blobPath(other.id), await blobPath(swapped.id));
    await expectRefused(swapped);
    const gone = await upload(png());
    const { rows } = await pool.query<{ storage_key: string }>(
      'SELECT storage_key FROM files WHERE id = $1',
      [gone.id],
    );
    await blobs.delete(rows[0]?.storage_key ?? '');
    await expectRefused(gone);
  });

  test('is refused when its row names another hash, size or key', async () => {
    const [hash, size, key, donor] = [
      await upload(pngOfSize(200_000)),
      await upload(pngOfSize(200_000)),
      await upload(pngOfSize(200_000)),
      await upload(pngOfSize(200_000)),
    ];
    await pool.query("UPDATE files SET sha256 = sha256('x') WHERE id = $1", [hash.id]);
    const whole = await get(patient, `/files/${hash.id}/content`);
    assert.deepEqual([whole.statusCode, whole.json().code], [409, 'content_damaged']);
    await pool.query('UPDATE files SET size_bytes = 131072 WHERE id = $1', [size.id]);
    await expectRefused(size);
    await pool.query(
      'UPDATE files SET content_key = (SELECT content_key FROM files WHERE id = $2) WHERE id = $1',
      [key.id, donor.id],
    );
    await expectRefused(key);
  });

  test('sends not one wrong byte when it changes while it is read', async () => {
    const file = await upload(pngOfSize(200_000));
    const path = await blobPath(file.id);
    const original = await readFile(path);
    const tampered = Buffer.from(original);
    tampered.fill(0, 150_000, 150_100);
    let reads = 0;
    const changing = {
      ...blobs,
      read: (...[key, range]: Parameters<typeof blobs.read>) => {
        reads += 1;
        if (reads === 1) return blobs.read(key, range);
        return createReadStreamAfter(writeFile(path, tampered), path);
      },
    };
    const racing = await appWith(fileRoutes({ ...deps, blobs: changing }));
    const address = await racing.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${address}/api/v1/files/${file.id}/content`, {
      headers: { authorization: `Bearer patient.${patient.id}` },
    });
    assert.equal(response.status, 200);
    const received: Buffer[] = [];
    await assert.rejects(async () => {
      for await (const chunk of response.body ?? []) received.push(Buffer.from(chunk));
    });
    assert.ok(Buffer.concat(received).length <= 131_072);
    assert.equal((await trail(file.id)).at(-1), 'patient download file damaged');
    await racing.close();
  });

  async function* createReadStreamAfter(change: Promise<void>, path: string): AsyncGenerator<Buffer> {
    await change;
    yield* createReadStream(path);
  }
});

suite('deleting', () => {
  test('removes file, content and accesses, for its patient only', async () => {
    const file = await upload(png());
    await share(file.id, doctor.id);
    const path = await blobPath(file.id);
    const remove = (by: Person) => callAs(app, by, { method: 'DELETE', url: `/files/${file.id}` });
    assert.equal((await remove(otherPatient)).statusCode, 404);
    assert.equal((await remove(doctor)).statusCode, 403);
    assert.equal((await get(patient, `/files/${file.id}`)).statusCode, 200);
    assert.equal((await remove(patient)).statusCode, 204);
    assert.equal((await remove(patient)).statusCode, 404);
    for (const by of [patient, doctor]) assert.equal((await get(by, `/files/${file.id}`)).statusCode, 404);
    await assert.rejects(readFile(path), { code: 'ENOENT' });
  });

  test('what a dying process leaves is swept up, and nothing that counts', async () => {
    const file = await upload(png());
    const orphan = randomBytes(16).toString('hex');
    await blobs.put(
      orphan,
      (async function* () {
        yield png();
      })(),
    );
    await writeFile(join(folder, 'files', 'unfinished', 'x.tmp'), 'half');
    assert.deepEqual(await sweepBlobs(pool, blobs, Date.now() - 3_600_000), { orphans: 0, unfinished: 0 });
    assert.ok(await blobs.sizeOf(orphan));
    await sleep(5);
    const swept = await sweepBlobs(pool, blobs, Date.now() + 1_000);
    assert.deepEqual(swept, { orphans: 1, unfinished: 1 });
    assert.equal(await blobs.sizeOf(orphan), undefined);
    assert.equal((await get(patient, `/files/${file.id}/content`)).statusCode, 200);
  });
});

test('every access and every refusal is in the trail, with ids only', async () => {
  const file = await upload(png(), { name: 'segredo.png' });
  await get(otherPatient, `/files/${file.id}`);
  const access = (await share(file.id, doctor.id)).json();
  await get(doctor, `/files/${file.id}`);
  await get(doctor, `/files/${file.id}/content`);
  await get(patient, `/files/${file.id}/accesses`);
  await callAs(app, otherPatient, { method: 'DELETE', url: `/files/${file.id}/accesses/${access.id}` });
  await callAs(app, patient, { method: 'DELETE', url: `/files/${file.id}/accesses/${access.id}` });
  await get(doctor, `/files/${file.id}/content`);
  await share(file.id, doctor.id, inAnHour(), otherPatient);
  await callAs(app, otherPatient, { method: 'DELETE', url: `/files/${file.id}` });
  await callAs(app, patient, { method: 'DELETE', url: `/files/${file.id}` });
  assert.deepEqual(await trail(file.id), [
    'patient create file granted',
    'patient read file refused',
    'patient grant file granted',
    'doctor read file granted',
    'doctor download file granted',
    'patient list file_access granted',
    'patient revoke file refused',
    'patient revoke file granted',
    'doctor download file refused',
    'patient grant file refused',
    'patient delete file refused',
    'patient delete file granted',
  ]);
  const before = (await trail(appointment)).length;
  await get(patient, `/appointments/${appointment}/files`);
  await get(newPerson('doctor'), `/appointments/${appointment}/files`);
  assert.deepEqual((await trail(appointment)).slice(before), [
    'patient list file_list granted',
    'doctor list file_list refused',
  ]);
  const { rows } = await pool.query<{ row: string }>(
    'SELECT a::text AS row FROM audit_entries a WHERE resource_id = $1',
    [file.id],
  );
  assert.ok(rows.every(({ row }) => !row.includes('segredo') && row.includes(patient.id)));
});
