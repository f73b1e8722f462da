import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable } from './printable.ts';

test('an ordinary text is printed as it is', () => {
  const texts = [
    'Repouso por três dias.\n\nRetorno em 15 dias, com exames.',
    'Paciente (65 anos) em uso de losartana 50 mg - 1 cp. de 12/12 h; “sem queixas”.',
    'Laudo em https://exames.example.com/resultado?id=83746',
    '👩‍⚕️ नमस्ते می‌خواهم',
  ];
  for (const text of texts) assert.equal(printable(text), text);
});

test('tabs become spaces, what breaks lines becomes a line break, and control characters go', () => {
  assert.equal(printable('a\tb\r\nc\rd\u0000\u200be\u202e'), 'a    b\nc\nde');
  assert.equal(printable('a\vb\fc\u0085d\u2028e\u2029f'), 'a\nb\nc\nd\ne\nf');
});

test('letters are composed', () => {
  assert.equal(printable('a\u0303'), 'ã');
});

test('no text has a letter under a heap of marks, or a row of spaces longer than half a line', () => {
  const hostile = fc.array(
    fc.constantFrom('a', ' ', '\u0301', '\u200d', '\u0323', '\n', '(', 'א', '\u00a0', '\t'),
    { maxLength: 400 },
  );
  fc.assert(
    fc.property(hostile, (letters) => {
      assert.doesNotMatch(printable(letters.join('')), /[\p{M}\u200d]{9}| {49}/u);
    }),
  );
});
