import assert from 'node:assert/strict';
import { test } from 'node:test';
import { specialties } from '@consulta/contracts';
import { aDoctor, aPatient } from '../../testing/harness.ts';
import { checkRegistration } from './rules.ts';

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
