import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { MedicalReport } from '@consulta/contracts';
import { startTarget, whileAttacking } from '../support/attack.ts';
import { book, step } from '../support/consultations.ts';
import { doctorInput, join, patientInput, publishSlots } from '../support/people.ts';

const target = await startTarget();
const { api } = target;
after(() => target.stop());

const [doctor, patient] = await Promise.all([join(api, doctorInput()), join(api, patientInput())]);
const [slot] = await publishSlots(api, doctor, ['08:00']);
const appointment = await book(api, patient, slot?.id);
await step(api, doctor, appointment.id, 'confirm');
const path = `/appointments/${appointment.id}/medical-reports`;

/** Bodies at the limit that the text layout once took 3 to 34 s for, each. */
const costly = {
  'one word': 'a'.repeat(20_000),
  'one wide word': 'W'.repeat(20_000),
  ligatures: 'ffi'.repeat(6_666),
  'a word in Arabic': 'سلام'.repeat(5_000),
  'a word in two directions': 'aש'.repeat(10_000),
  'a letter under 19,999 marks': `a${'\u0301'.repeat(19_999)}`,
  'spaces that do not break': `a${'\u00a0'.repeat(19_998)}b`,
  brackets: `${'( '.repeat(9_999)}a`,
  tabs: `a${'\t'.repeat(19_998)}b`,
  'a word of emoji joined to one': '👩\u200d'.repeat(6_666),
  'marks and joiners': `a${'\u200d\u0301'.repeat(9_999)}`,
  'a font for every other letter': 'aम漢'.repeat(6_666),
  'many different letters': Array.from({ length: 19_000 }, (_, index) =>
    String.fromCodePoint(0x4e00 + index),
  ).join(''),
  'syllables that join': 'क्'.repeat(10_000),
  'empty lines': `a${'\n'.repeat(19_998)}b`,
};

test('no text of a report holds anybody up while its PDF is made', async () => {
  const ids = await Promise.all(
    Object.values(costly).map(async (body) => {
      const input = { token: doctor.token, body: { title: 'Laudo', body } };
      return (await api.expect<MedicalReport>(201, 'POST', path, input)).id;
    }),
  );
  const readPdf = async (id: string) => {
    const response = await fetch(`${api.url}/api/v1${path}/${id}/pdf`, {
      headers: { authorization: `Bearer ${doctor.token}` },
    });
    return [
      response.status,
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 5)
        .toString('latin1'),
    ];
  };
  const { outcome } = await whileAttacking(
    target,
    'PDFs of reports with texts that are costly to lay out',
    () => Promise.all([...ids, ...ids, ...ids].map(readPdf)),
  );
  for (const answer of outcome) assert.deepEqual(answer, [200, '%PDF-']);
});
