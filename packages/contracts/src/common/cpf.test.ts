import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cpfOf, isCpf } from './cpf.ts';

const nineDigits = fc.integer({ min: 0, max: 999_999_999 }).map((n) => String(n).padStart(9, '0'));

test('known CPFs are told apart from mistyped ones', () => {
  for (const cpf of ['52998224725', '11144477735', '00000000191']) assert.ok(isCpf(cpf), cpf);
  for (const cpf of ['52998224724', '11144477753', '5299822472', '529982247255', 'abcdefghijk']) {
    assert.ok(!isCpf(cpf), cpf);
  }
});

test('eleven equal digits are no CPF, though the arithmetic holds', () => {
  for (let digit = 0; digit <= 9; digit += 1) assert.ok(!isCpf(String(digit).repeat(11)));
});

test('exactly one pair of check digits completes nine digits', () => {
  fc.assert(
    fc.property(nineDigits, (nine) => {
      const pairs = Array.from({ length: 100 }, (_, n) => nine + String(n).padStart(2, '0'));
      const expected = /^(\d)\1{8}$/.test(nine) ? [] : [cpfOf(nine)];
      assert.deepEqual(pairs.filter(isCpf), expected);
    }),
  );
});
