import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable } from './printable.ts';

test('an ordinary text is printed as it is', () => {
  const texts = [
    'Repouso por três dias.\n\nRetorno em 15 dias, com exames.',
    'Paciente (65 anos) em uso de losartana 50 mg - 1 cp. de 12/12 h; “sem queixas”.',
    'Laudo em https://exames.example.com/resultado?id=83746',
  ];
  for (const text of texts) assert.equal(printable(text), text);
});

test('tabs become spaces and control characters go', () => {
  assert.equal(printable('a\tb\r\nc\rd\u0000\u200be\u202e'), 'a    b\nc\nde');
});

test('a long word can be broken everywhere near, and loses nothing', () => {
  for (const long of [
    'a'.repeat(20_000),
    '( '.repeat(10_000),
    '\u00a0'.repeat(20_000),
    'aא'.repeat(10_000),
  ]) {
    const printed = printable(long);
    assert.equal(printed.replaceAll('\u200b', ''), long);
    for (const piece of printed.split('\u200b')) assert.ok(piece.length <= 32);
  }
});

test('no text has a letter under a heap of marks, or a row of spaces longer than half a line', () => {
  const hostile = fc.array(fc.constantFrom('a', ' ', '\u0301', '\n', '(', 'א', '\u00a0', '\t'), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(hostile, (letters) => {
      assert.doesNotMatch(printable(letters.join('')), /\p{M}{9}| {49}/u);
    }),
  );
});
