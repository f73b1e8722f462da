import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { MedicalFile } from '@consulta/contracts';
import { RawConnection, startTarget, statusOf, whileAttacking } from '../support/attack.ts';
import { book } from '../support/consultations.ts';
import { eventually } from '../support/eventually.ts';
import { doctorInput, join, type Person, patientInput, publishSlots } from '../support/people.ts';

const target = await startTarget();
after(() => target.stop());
const { api } = target;

const doctor = await join(api, doctorInput());
const slots = await publishSlots(api, doctor, ['09:00', '09:30', '10:00']);
const [ana, bia, clara] = [
  await join(api, patientInput()),
  await join(api, patientInput()),
  await join(api, patientInput()),
] as const;
const appointments = new Map<Person, string>();
for (const [index, patient] of [ana, bia, clara].entries()) {
  appointments.set(patient, (await book(api, patient, slots[index]?.id)).id);
}

const pdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

async function upload(patient: Person) {
  const form = new FormData();
  form.set('file', new Blob([pdf], { type: 'application/pdf' }), 'exame.pdf');
  const response = await fetch(`${target.url}/api/v1/appointments/${appointments.get(patient)}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${patient.token}` },
    body: form,
  });
  return { status: response.status, body: (await response.json()) as MedicalFile };
}

/** An upload that says what comes and then sends nothing. */
async function silentUpload(patient: Person) {
  const connection = await RawConnection.open(target, '127.0.0.2');
  connection.send(
    `POST /api/v1/appointments/${appointments.get(patient)}/files HTTP/1.1\r\nhost: localhost\r\n` +
      `authorization: Bearer ${patient.token}\r\ncontent-type: multipart/form-data; boundary=x\r\n` +
      `content-length: 1000000\r\n\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.4`,
  );
  return connection;
}

test('silent uploads of two patients leave room for a third, and end', { timeout: 300_000 }, async () => {
  const attack = async () => {
    const silent = await Promise.all(
      Array.from({ length: 50 }, () => [silentUpload(ana), silentUpload(bia)]).flat(),
    );
    const refused = await eventually(async () => {
      const ended = silent.filter(({ received }) => statusOf(received) === 429);
      assert.ok(ended.length >= 92, `${ended.length} of 100 refused`);
      return ended.length;
    });
    const other = await upload(clara);
    const held = silent.filter(({ received }) => statusOf(received) !== 429);
    const endings = await Promise.all(held.map(async ({ ended }) => statusOf(await ended)));
    for (const { socket } of silent) socket.destroy();
    return { refused, other: other.status, endings };
  };
  const { outcome } = await whileAttacking(target, '100 silent uploads', attack);
  assert.equal(outcome.other, 201);
  assert.deepEqual(new Set(outcome.endings), new Set([408]));
  assert.equal((await eventually(async () => upload(ana))).status, 201);
});
