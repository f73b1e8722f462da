import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pngOfSize } from '@consulta/appointment/testing';
import type { Appointment } from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { apiAt } from './support/api.ts';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { removeFolder, startServer } from './support/server-process.ts';

let server = await startServer();
after(async () => {
  await server.kill('node and postgres').catch(() => {});
  await removeFolder(server.folder);
});

/** Uploads whose bodies come in pieces and stop before their end, until told to go on. */
function halfAnUpload(url: string, token: string, content: Buffer): Promise<unknown> {
  const head = Buffer.from(
    '--x\r\ncontent-disposition: form-data; name="file"; filename="exame.png"\r\ncontent-type: image/png\r\n\r\n',
  );
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(head);
      controller.enqueue(content.subarray(0, content.length / 2));
    },
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=x' };
  return fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit).catch(() => undefined);
}

test('kill -9 during uploads leaves nothing readable and nothing that counts against the quota', async () => {
  const api = apiAt(server.url);
  const doctor = await join(api, doctorInput());
  const patient = await join(api, patientInput());
  const [slot] = await publishSlots(api, doctor, ['09:00']);
  const { token } = patient;
  const booked = { token, body: { slotId: slot?.id }, headers: { prefer: 'wait=10' } };
  const { id } = await api.expect<Appointment>(201, 'POST', '/appointments', booked);
  const url = `${server.url}/api/v1/appointments/${id}/files`;
  const content = pngOfSize(4_000_000);

  const uploads = Array.from({ length: 6 }, () => halfAnUpload(url, token, content));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await server.kill('node');
  await Promise.all(uploads);
  server = await startServer({ folder: server.folder, port: server.port });

  const { items } = await api.expect<{ items: unknown[] }>(200, 'GET', '/files', { token });
  assert.deepEqual(items, []);
  const pool = openPool({ url: await server.databaseUrl('appointments'), connectionsMax: 1 });
  const { rows } = await pool.query<{ bytes: number }>(
    'SELECT coalesce(sum(bytes), 0)::int AS bytes FROM file_usage',
  );
  await pool.end();
  assert.equal(rows[0]?.bytes, 0);

  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(content)], { type: 'image/png' }), 'exame.png');
  const whole = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  assert.equal(whole.status, 201, await whole.text());
});
