import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { after, test } from 'node:test';
import { queryBuilder } from '@consulta/platform/database';
import { appointmentDatabase, storeRequest } from '../../testing/fixtures.ts';
import type { AppointmentTables } from '../tables.ts';
import { decidedReader } from './decided.ts';

const database = await appointmentDatabase();
after(() => database.drop());
const read = decidedReader(queryBuilder<AppointmentTables>(database.pool));

test('those who waited for their decision share a query, and each reads their own alone', async () => {
  const people = Array.from({ length: 100 }, () => randomUUIDv7());
  const requests: { id: string; userId: string }[] = [];
  for (const userId of people)
    requests.push({ id: await storeRequest(database, { patientId: userId }), userId });
  let queries = 0;
  database.pool.on('acquire', () => {
    queries += 1;
  });
  const rows = await Promise.all(requests.map(({ id, userId }) => read({ userId, role: 'patient' }, id)));
  assert.deepEqual(
    rows.map((row) => [row.id, row.patient_id]),
    requests.map(({ id, userId }) => [id, userId]),
  );
  assert.ok(queries <= 2, `${queries} queries for 100 callers`);

  const [first, second] = requests;
  const foreign = read({ userId: first?.userId ?? '', role: 'patient' }, second?.id ?? '');
  await assert.rejects(foreign, { code: 'not_found' });
});
