import { join } from 'node:path';
import { openPool, patientLimits } from '@consulta/platform/database';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { demoDoctor, demoPatient } from '@consulta/standalone';
import { type BulkUser, insertUsersInBulk, openSessionsInBulk, tokenSigner } from '@consulta/user/seeding';
import type { ServerProcess } from '../../tests/support/server-process.ts';
import type { Shot } from './http-load.ts';

export type BookingWorld = {
  /** `count` requests for slots that nobody has asked for yet, `rivals` different patients for each slot. */
  shots: (rivals: number, count: number, options?: ShotOptions) => Shot[];
};

/** `waitSeconds` asks to be answered with the decision. */
type ShotOptions = { waitSeconds?: number };

type Sizes = { doctors: number; patients: number; slots: number };

/**
 * Fills the databases with doctors, their slots and patients with sessions, as the services would have written
 * them, and prepares the requests. Slots follow each other doctor by doctor, a hundred of them at the same time;
 * patients take turns, and there are enough of them that with twenty rivals a slot nobody asks for two slots at the
 * same time: what is measured is rivalry for slots.
 */
export async function seedBookingWorld(server: ServerProcess, sizes: Sizes): Promise<BookingWorld> {
  const doctorIds = await seedUsers(server, sizes);
  const slotIds = await seedSlots(server, doctorIds.doctors, sizes.slots);
  let nextSlot = 0;
  let nextPatient = 0;
  const shots = (rivals: number, count: number, { waitSeconds }: ShotOptions = {}) => {
    const list: Shot[] = [];
    while (list.length < count) {
      const slotId = slotIds[nextSlot];
      if (!slotId) throw new Error('the slots have run out');
      nextSlot += 1;
      for (let rival = 0; rival < rivals && list.length < count; rival += 1) {
        const token = doctorIds.tokens[nextPatient % doctorIds.tokens.length] ?? '';
        nextPatient += 1;
        list.push({ wire: requestFor(server.port, token, slotId, waitSeconds) });
      }
    }
    return list;
  };
  return { shots };
}

function requestFor(port: number, token: string, slotId: string, waitSeconds?: number): Buffer {
  const body = JSON.stringify({ slotId });
  const prefer = waitSeconds ? `prefer: wait=${waitSeconds}\r\n` : '';
  return Buffer.from(
    `POST /api/v1/appointments HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: application/json\r\n${prefer}content-length: ${body.length}\r\n\r\n${body}`,
  );
}

async function seedUsers(
  server: ServerProcess,
  sizes: Sizes,
): Promise<{ doctors: string[]; tokens: string[] }> {
  const pool = openPool({ url: await server.databaseUrl('users'), connectionsMax: 2, limits: patientLimits });
  const numbered = (person: BulkUser, index: number): BulkUser => ({
    ...person,
    email: `bench-${person.role}-${index}@example.com`,
    cpf: String((person.role === 'doctor' ? 20_000_000_000 : 10_000_000_000) + index),
  });
  const doctors = Array.from({ length: sizes.doctors }, (_, index) =>
    numbered(demoDoctor(index).person, index),
  );
  const patients = Array.from({ length: sizes.patients }, (_, index) => numbered(demoPatient(index), index));
  const doctorIds = await insertUsersInBulk(pool, doctors, 'no password opens this account');
  const patientIds = await insertUsersInBulk(pool, patients, 'no password opens this account');
  const sessions = await openSessionsInBulk(pool, patientIds);
  const sign = await tokenSigner(pool, await openKeyRingFile(join(server.folder, 'keys.json')));
  const tokens: string[] = [];
  for (const [index, userId] of patientIds.entries()) {
    tokens.push(await sign({ userId, role: 'patient', sessionId: sessions[index] ?? '' }));
  }
  await pool.end();
  return { doctors: doctorIds, tokens };
}

async function seedSlots(server: ServerProcess, doctorIds: string[], total: number): Promise<string[]> {
  const pool = openPool({
    url: await server.databaseUrl('schedules'),
    connectionsMax: 1,
    limits: patientLimits,
  });
  await pool.query('INSERT INTO doctors (id, bookable) SELECT unnest($1::uuid[]), true', [doctorIds]);
  await pool.query(
    `INSERT INTO schedules (doctor_id, kind, active, time_zone, slot_minutes, weekdays, start_time, end_time, valid_from,
       except_dates, materialized_until)
     SELECT id, 'weekly', true, 'America/Sao_Paulo', 20, '{monday}', '08:00', '12:00', '2026-01-01', '{}', '2040-01-01'
     FROM doctors`,
  );
  const { rows } = await pool.query<{ id: string }>(
    `WITH numbered AS (
       SELECT d.id AS doctor_id, s.id AS schedule_id, d.position - 1 AS k
       FROM unnest($1::uuid[]) WITH ORDINALITY AS d (id, position) JOIN schedules s ON s.doctor_id = d.id
     ), made AS (
       INSERT INTO slots (schedule_id, doctor_id, starts_at, ends_at)
       SELECT schedule_id, doctor_id, at, at + interval '20 minutes' FROM numbered,
         generate_series(0, $2::int - 1) AS round,
         LATERAL (SELECT timestamptz '2030-01-01' + (round * 10 + k / 100) * interval '30 minutes' AS at) AS times
       ORDER BY round, k
       RETURNING id, doctor_id, starts_at
     )
     SELECT made.id FROM made JOIN numbered USING (doctor_id) ORDER BY starts_at, k`,
    [doctorIds, Math.ceil(total / doctorIds.length)],
  );
  await pool.query('ANALYZE');
  await pool.end();
  return rows.map(({ id }) => id);
}
