import assert from 'node:assert/strict';
import { test } from 'node:test';
import { specialties } from '@consulta/contracts';
import fc from 'fast-check';
import { aDoctor, aPatient } from '../../testing/harness.ts';
import { checkRegistration, cpfCheckDigit, isCpf } from './rules.ts';

const nineDigits = fc.integer({ min: 0, max: 999_999_999 }).map((n) => String(n).padStart(9, '0'));
const complete = (nine: string) => {
  const ten = nine + cpfCheckDigit(nine, 9);
  return ten + cpfCheckDigit(ten, 10);
};

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
      const expected = /^(\d)\1{8}$/.test(nine) ? [] : [complete(nine)];
      assert.deepEqual(pairs.filter(isCpf), expected);
    }),
  );
});

test('CFM recognizes 55 specialties, each found without accents and case', () => {
  assert.equal(specialties.length, 55);
  const plain = (name: string) => name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  for (const name of specialties) {
    const { doctor } = checkRegistration(aDoctor({ specialties: [plain(name)] }), '2026-11-24');
    assert.deepEqual(doctor?.specialties, [name]);
  }
});

test('a doctor comes of age on their eighteenth birthday, also one born on 29 February', () => {
  const onDay = (birthDate: string, today: string) =>
    checkRegistration(aDoctor({}, { birthDate }), today).birthDate;
  assert.equal(onDay('2008-11-24', '2026-11-24'), '2008-11-24');
  assert.throws(() => onDay('2008-11-25', '2026-11-24'));
  assert.throws(() => onDay('2008-02-29', '2026-02-27'));
  assert.equal(onDay('2008-02-29', '2026-03-01'), '2008-02-29');
});

test('nobody is born today or later', () => {
  assert.throws(() => checkRegistration(aPatient({ birthDate: '2026-11-24' }), '2026-11-24'));
  checkRegistration(aPatient({ birthDate: '2026-11-23' }), '2026-11-24');
});
