import assert from 'node:assert/strict';
import { test } from 'node:test';
import { specialties } from '@consulta/contracts';
import { aDoctor, anAddress, aPatient } from '../../testing/harness.ts';
import { checkRegistration } from './rules.ts';

/** Noon in UTC, when it is the same day in all of Brazil. */
const noon = (day: string) => Temporal.Instant.from(`${day}T12:00:00Z`);

test('CFM recognizes 55 specialties, each found without accents and case', () => {
  assert.equal(specialties.length, 55);
  const plain = (name: string) => name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  for (const name of specialties) {
    const { doctor } = checkRegistration(aDoctor({ specialties: [plain(name)] }), noon('2026-11-24'));
    assert.deepEqual(doctor?.specialties, [name]);
  }
});

test('a doctor comes of age on their eighteenth birthday, also one born on 29 February', () => {
  const onDay = (birthDate: string, today: string) =>
    checkRegistration(aDoctor({}, { birthDate }), noon(today)).birthDate;
  assert.equal(onDay('2008-11-24', '2026-11-24'), '2008-11-24');
  assert.throws(() => onDay('2008-11-25', '2026-11-24'));
  assert.throws(() => onDay('2008-02-29', '2026-02-27'));
  assert.equal(onDay('2008-02-29', '2026-03-01'), '2008-02-29');
});

test('a doctor comes of age at midnight in the state of their practice, and not at midnight in UTC', () => {
  const midnights = { PE: '03:00', SP: '03:00', AM: '04:00', MT: '04:00', AC: '05:00' } as const;
  for (const [state, time] of Object.entries(midnights)) {
    const input = aDoctor({}, { birthDate: '2008-11-25', address: { ...anAddress, state: state as 'PE' } });
    const midnight = Temporal.Instant.from(`2026-11-25T${time}:00Z`);
    assert.throws(() => checkRegistration(input, midnight.subtract({ seconds: 1 })), state);
    checkRegistration(input, midnight);
  }
});

test('a baby can be registered at any hour of the day it is born on, wherever in Brazil, and not before', () => {
  const born = aPatient({ birthDate: '2026-11-24' });
  const begins = Temporal.Instant.from('2026-11-24T02:00:00Z');
  assert.throws(() => checkRegistration(born, begins.subtract({ seconds: 1 })));
  for (let hours = 0; hours <= 27; hours += 1) checkRegistration(born, begins.add({ hours }));
});
