import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { fileBytesMax } from '@consulta/contracts';
import {
  bearer,
  bookAppointment,
  formWith,
  newPerson,
  openWorkplace,
} from '../../../testing/documents-app.ts';
import { pngOfSize } from '../../../testing/samples.ts';

const workplace = await openWorkplace();
// Garbage is collected before each look: how long it lies about is chance, and so is how many arenas malloc fills.
const server = fork(
  new URL('../../../testing/file-server.ts', import.meta.url),
  [workplace.database.url, workplace.folder],
  { execArgv: ['--expose-gc'], env: { ...process.env, MALLOC_ARENA_MAX: '1' } },
);
after(async () => {
  server.kill();
  await once(server, 'exit');
  await workplace.close();
});
const [address]: string[] = await once(server, 'message');
const peakBytes = async (): Promise<number> => {
  server.send('peak');
  const [bytes]: number[] = await once(server, 'message');
  return bytes ?? 0;
};

const patient = newPerson('patient');
const appointment = await bookAppointment(workplace.pool, {
  patient,
  doctor: newPerson('doctor'),
  status: 'confirmed',
});
const form = await formWith(pngOfSize(fileBytesMax));
const authorization = bearer(patient);

async function upload(): Promise<string> {
  const response = await fetch(`${address}/api/v1/appointments/${appointment}/files`, {
    method: 'POST',
    headers: { ...form.headers, authorization },
    body: new Uint8Array(form.payload.buffer, form.payload.byteOffset, form.payload.length),
  });
  assert.equal(response.status, 201);
  const { id } = (await response.json()) as { id: string };
  return id;
}
async function download(id: string): Promise<void> {
  const response = await fetch(`${address}/api/v1/files/${id}/content`, { headers: { authorization } });
  assert.equal(response.status, 200);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  assert.equal(bytes, fileBytesMax);
}
const times = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));

test('50 uploads and 50 downloads at once, all at the size cap, take less than 60 MB of memory', async () => {
  // Five at a time, until the heap has grown to what it needs however many come at once.
  for (let round = 0; round < 6; round += 1) {
    const [warm = ''] = await times(5, upload);
    await times(5, () => download(warm));
  }
  await peakBytes();
  await new Promise((resolve) => setImmediate(resolve));
  const before = await peakBytes();

  const ids = await times(50, upload);
  const uploading = (await peakBytes()) - before;
  await Promise.all(ids.map(download));
  const downloading = (await peakBytes()) - before;
  await Promise.all([times(25, upload), ...ids.slice(0, 25).map(download)]);
  const both = (await peakBytes()) - before;

  const megabytes = [uploading, downloading, both].map((bytes) => Math.round(bytes / 1e6));
  console.log(`memory grew by ${megabytes.join(', ')} MB while uploading, downloading and doing both`);
  for (const grown of megabytes) assert.ok(grown < 60, `grew by ${megabytes.join(', ')} MB`);
});
