import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import { apiAt } from './support/api.ts';
import { addFile, book, databaseOf, readAppointment } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { everythingKept, placesOf } from './support/kept-data.ts';
import {
  doctorInput,
  join,
  type Person,
  password,
  patientInput,
  publishSlots,
  signIn,
} from './support/people.ts';
import { removeFolder, spawnServer, startServer, untilStarted } from './support/server-process.ts';

/*
 * The process is killed after a step of a deletion, the next one after the next step of the same deletion, and so on:
 * each start goes on with what was left.
 */

let server = await startServer();
const { folder, port } = server;
const api = apiAt(server.url);
after(async () => {
  await server.kill('node and postgres').catch(() => {});
  await removeFolder(folder);
});

const steps = {
  patient: [
    ...['account deleted', 'deletion heard of', 'texts erased', 'files erased', 'blobs deleted'],
    ...['an appointment cancelled', 'appointments cancelled', 'erasure noted'],
  ],
  doctor: [
    ...['account deleted', 'offers of a doctor who left hidden', 'an appointment cancelled'],
    ...['schedules of a doctor who left closed', 'erasure noted'],
  ],
};

const startToDie = (step: string) =>
  spawnServer({
    ...{ folder, port, script: 'tests/support/start-and-die.ts' },
    environment: { DIE_AT: step, GO_ON: '1' },
  });

/** Deletes an account while the process dies at each step in turn, and brings the system up again. */
async function leaveAndDie({ token }: Person, [first = '', ...others]: string[]): Promise<void> {
  await server.terminate();
  server = await startToDie(first);
  await untilStarted(server, '/health/ready');
  const cut = assert.rejects(
    fetch(`${server.url}/api/v1/users/me`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ password }),
    }),
  );
  assert.equal(await server.exited, null, `it did not die at: ${first}`);
  await cut;
  for (const step of others) {
    server = await startToDie(step);
    assert.equal(await server.exited, null, `it did not die at: ${step}`);
  }
  server = await startServer({ folder, port });
}

test('the deletion of a patient goes on after a kill at any step', async () => {
  const input = patientInput({ fullName: 'Quitéria Vasconcelos' });
  const [patient, doctor] = [await join(api, input), await join(api, doctorInput())];
  const slots = await publishSlots(api, doctor, ['08:00', '09:00', '10:00']);
  const booked = [
    await book(api, patient, slots[0]?.id, { note: 'Quitéria, primeira vez' }),
    await book(api, patient, slots[1]?.id),
  ];
  await addFile(api, patient, booked[0]?.id ?? '', pdf());

  await leaveAndDie(patient, steps.patient);

  const { accessToken } = await signIn(api, doctor.email);
  await eventually(async () => {
    for (const { id } of booked) {
      const seen = await readAppointment(api, { ...doctor, token: accessToken }, id);
      assert.deepEqual(
        [seen.status, seen.statusReason, seen.patient.fullName],
        ['cancelled', 'account_removed', 'Conta removida'],
      );
    }
    const open = await api.expect<{ items: unknown[] }>(200, 'GET', `/doctors/${doctor.id}/slots`, {
      token: accessToken,
    });
    assert.equal(open.items.length, 3);
  }, 50_000);
  const words = ['Quitéria', 'Vasconcelos', input.email, input.cpf];
  assert.deepEqual(placesOf(words, await everythingKept(folder)), []);
  await join(api, input);
});

test('the deletion of a doctor goes on after a kill at any step', async () => {
  const [patient, doctor] = [await join(api, patientInput()), await join(api, doctorInput())];
  const [slot] = await publishSlots(api, doctor, ['08:00', '09:00']);
  const { id } = await book(api, patient, slot?.id);

  await leaveAndDie(doctor, steps.doctor);

  const { accessToken } = await signIn(api, patient.email);
  await eventually(async () => {
    const seen = await readAppointment(api, { ...patient, token: accessToken }, id);
    assert.deepEqual([seen.status, seen.doctor.fullName], ['cancelled', 'Conta removida']);
    const schedules = await databaseOf(folder, 'schedules');
    const { rows } = await schedules.query(
      'SELECT count(*) FROM schedules WHERE doctor_id = $1 AND deleted_at IS NULL',
      [doctor.id],
    );
    await schedules.end();
    assert.deepEqual(rows, [{ count: 0 }]);
  }, 50_000);
});
