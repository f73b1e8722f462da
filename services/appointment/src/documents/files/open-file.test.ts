import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { bookAppointment, newPerson, openWorkplace } from '../../../testing/documents-app.ts';
import type { Actor } from '../../audit/actor.ts';
import { fileOpener } from './open-file.ts';

const workplace = await openWorkplace();
const { pool } = workplace;
after(workplace.close);

test('files open by index, whatever their number, and many callers share a statement', async () => {
  const [patient, doctor] = [newPerson('patient'), newPerson('doctor')];
  const appointment = await bookAppointment(pool, { patient, doctor, status: 'confirmed' });
  await pool.query(
    `INSERT INTO files (id, appointment_id, patient_id, storage_key, name_sealed, content_key, media_type, size_bytes,
       sha256) SELECT uuidv7(), $1, $2, n::text, 'x', 'x', 'image/png', 1, sha256('x') FROM generate_series(1, 50000) n`,
    [appointment, patient.id],
  );
  await pool.query(
    `INSERT INTO file_accesses (id, file_id, doctor_id, expires_at)
     SELECT uuidv7(), id, $1, now() + interval '1 hour' FROM files`,
    [doctor.id],
  );
  await pool.query('ANALYZE files, file_accesses');
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM files ORDER BY id LIMIT 200');
  const session = { sessionId: doctor.id, issuedAt: 0, expiresAt: 0 };
  const actor: Actor = { userId: doctor.id, role: 'doctor', ...session, address: null, requestId: null };

  const open = fileOpener(pool);
  const opened = await Promise.all(rows.map(({ id }) => open({ fileId: id, actor, action: 'read' })));
  assert.deepEqual(
    opened.map((row) => row?.id),
    rows.map(({ id }) => id),
  );

  const questions = rows.slice(0, 50).map(({ id }, place) => ({
    place,
    file_id: id,
    actor_id: doctor.id,
    actor_role: 'doctor',
    action: 'read',
  }));
  const statement = readFileSync(new URL('open.sql', import.meta.url), 'utf8');
  const plan = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement}`, [
    JSON.stringify(questions),
  ]);
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  assert.match(text, /Index (Only )?Scan using files_pkey/);
  assert.match(text, /Index Scan using file_accesses_\w+/);
  assert.doesNotMatch(text, /Seq Scan/);
});
