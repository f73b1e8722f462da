import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { bombs, pdf, pngOfSize } from '@consulta/appointment/testing';
import { fileBytesMax } from '@consulta/contracts';
import { startTarget, whileAttacking } from '../support/attack.ts';
import { addFile, book, readContent, sendFile } from '../support/consultations.ts';
import { doctorInput, join, type Person, patientInput, publishSlots } from '../support/people.ts';

// A person's share of uploads is lifted, so that all of it arrives at once.
const target = await startTarget({ environment: { RATE_LIMITS: 'off' } });
after(() => target.stop());
const { api } = target;

const [doctor, attacker, victim] = await Promise.all([
  join(api, doctorInput()),
  join(api, patientInput()),
  join(api, patientInput()),
]);
const [slot, otherSlot] = await publishSlots(api, doctor, ['08:00', '09:00']);
const { id: attacked } = await book(api, attacker, slot?.id);
const { id: own } = await book(api, victim, otherSlot?.id);

/** The status of sending a file; a request that was cut off has none. */
const statusOfSending = (by: Person, appointmentId: string, content: Buffer) =>
  sendFile(api, by, appointmentId, content).then(({ status }) => status);

test('bombs are refused, and somebody else’s file is taken meanwhile', async () => {
  const sent = [...bombs, ...bombs];
  const { outcome } = await whileAttacking(target, 'files that unpack to gigabytes', () =>
    Promise.all([
      statusOfSending(victim, own, pngOfSize(1_000_000)),
      ...sent.map(([, bomb]) => statusOfSending(attacker, attacked, bomb)),
    ]),
  );
  const [taken, ...refused] = outcome;
  assert.equal(taken, 201);
  assert.deepEqual([...new Set(refused)], [415]);
});

test('files that are long to read hold nobody up', async () => {
  const length = 8_000_000;
  const files = [
    pdf(`/Annots ${'['.repeat(length)}`),
    pdf(`/Annots ${'<<'.repeat(length / 2)}`),
    pdf(`/Annots ${'('.repeat(length)}`),
    pdf('', '9 0 obj '.repeat(length / 8)),
    pdf('', 'xref '.repeat(length / 5)),
    pdf(
      '',
      Array.from({ length: length / 32 }, (_, at) => `${at + 9} 0 obj [${at + 10} 0 R] endobj\n`).join(''),
    ),
    Buffer.from(`%PDF-1.7\n${'trailer << /Root 1 0 R >>\n'.repeat(length / 26)}`),
  ];
  const { outcome } = await whileAttacking(target, 'PDFs that are long to read', () =>
    Promise.all(files.map((file) => statusOfSending(attacker, attacked, file))),
  );
  assert.ok(
    outcome.every((status) => status === 201 || status === 415),
    String(outcome),
  );
  assert.equal(await statusOfSending(victim, own, pdf()), 201);
});

test('a great many ranges of one byte cost the server a frame each', async () => {
  const content = pngOfSize(fileBytesMax);
  const file = await addFile(api, victim, own, content);
  const { outcome } = await whileAttacking(target, 'ranges of one byte', async () => {
    const statuses = new Set<number>();
    for (let at = 0; at < 300; at += 1) {
      const place = (at * 31_337) % fileBytesMax;
      const { status, bytes } = await readContent(api, victim, file.id, { range: `bytes=${place}-${place}` });
      assert.equal(bytes[0], content[place]);
      statuses.add(status);
    }
    return [...statuses];
  });
  assert.deepEqual(outcome, [206]);
});
