import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { AccessLogEntry, AuditAction, AuditedResource } from '@consulta/contracts';
import { encodeCursor } from '@consulta/platform/http';
import { Kysely, PostgresDialect } from 'kysely';
import {
  appWith,
  bookAppointment,
  callAs,
  directoryOf,
  newPerson,
  openWorkplace,
  type Person,
} from '../../testing/documents-app.ts';
import { recordPage } from '../../testing/fixtures.ts';
import { type Recorded, recordAccess, systemActor } from './record.ts';
import { accessLogRoutes, listAccesses } from './routes.ts';
import type { AuditTables } from './tables.ts';

const workplace = await openWorkplace();
const { db } = workplace;
const [patient, otherPatient, doctor, erased] = [
  newPerson('patient'),
  newPerson('patient'),
  newPerson('doctor'),
  newPerson('doctor'),
];
const app = await appWith(accessLogRoutes({ db, findPerson: directoryOf(patient, otherPatient, doctor) }));
after(async () => {
  await app.close();
  await workplace.close();
});

const by = ({ id, role }: Person): Recorded => ({
  userId: id,
  role,
  address: '10.0.0.9',
  requestId: 'r',
});
const resource = { kind: 'file', id: crypto.randomUUID() } as const;
const appointmentId = crypto.randomUUID();
const of = (patientId: string) => ({ resource, appointmentId, patientId });
const read = (person: Person, query = '') =>
  callAs(app, person, { method: 'GET', url: `/users/me/access-log${query}` });

test('a patient sees who touched their data, newest first, and nobody else’s', async () => {
  const { id } = patient;
  await recordAccess(db, by(patient), { action: 'create', ...of(id) });
  await recordAccess(db, by(doctor), { action: 'download', ...of(id) });
  await recordAccess(db, by(doctor), { action: 'read', ...of(otherPatient.id) });
  await recordAccess(db, by(erased), { action: 'read', ...of(id) });
  await recordAccess(db, systemActor, { action: 'delete', ...of(id) });
  await recordAccess(db, by(otherPatient), { action: 'read', outcome: 'refused', ...of(id) });

  const { items } = (await read(patient)).json<{ items: AccessLogEntry[] }>();
  const name = ({ id: personId }: Person) => `Pessoa ${personId.slice(-4)}`;
  assert.deepEqual(
    items.map(({ actorId, actorName, actorRole, action }) => [actorId, actorName, actorRole, action]),
    [
      [null, null, 'system', 'delete'],
      [erased.id, 'Conta removida', 'doctor', 'read'],
      [doctor.id, name(doctor), 'doctor', 'download'],
      [patient.id, name(patient), 'patient', 'create'],
    ],
  );
  const [first] = items;
  assert.deepEqual(first?.resource, { ...resource, appointmentId });
  assert.ok(Math.abs(Date.parse(first?.at ?? '') - Date.now()) < 60_000);
  assert.equal((await read(otherPatient)).json().items.length, 1);
});

test('only who had a part in the care is named, whatever else the trail holds', async () => {
  const [owner, itsDoctor, stranger, otherDoctor] = [
    newPerson('patient'),
    newPerson('doctor'),
    newPerson('patient'),
    newPerson('doctor'),
  ];
  const administrator = newPerson('admin');
  const booked = await bookAppointment(workplace.pool, {
    patient: owner,
    doctor: itsDoctor,
    status: 'concluded',
  });
  const touch = (person: Person, kind: AuditedResource, action: AuditAction = 'read') =>
    recordAccess(db, by(person), {
      action,
      resource: { kind, id: crypto.randomUUID() },
      appointmentId: booked,
      patientId: owner.id,
    });
  await touch(owner, 'feedback', 'create');
  await touch(itsDoctor, 'feedback');
  await touch(itsDoctor, 'note');
  await touch(stranger, 'feedback');
  await touch(otherDoctor, 'feedback');
  await touch(otherDoctor, 'file', 'download');
  await touch(administrator, 'feedback');
  const { items } = (await read(owner)).json<{ items: AccessLogEntry[] }>();
  assert.deepEqual(
    items.map(({ actorId, resource: { kind } }) => [actorId, kind]),
    [
      [administrator.id, 'feedback'],
      [otherDoctor.id, 'file'],
      [itsDoctor.id, 'note'],
      [itsDoctor.id, 'feedback'],
      [owner.id, 'feedback'],
    ],
  );
});

test('the log comes page by page', async () => {
  const owner = newPerson('patient');
  for (let entry = 0; entry < 5; entry += 1) {
    await recordAccess(db, by(doctor), { action: 'read', ...of(owner.id) });
  }
  const sizes: number[] = [];
  for (let query: string | null = '?limit=2'; query; ) {
    const { items, nextCursor }: { items: unknown[]; nextCursor: string | null } = (
      await read(owner, query)
    ).json();
    sizes.push(items.length);
    query = nextCursor ? `?limit=2&cursor=${nextCursor}` : null;
  }
  assert.deepEqual(sizes, [2, 2, 1]);
  assert.equal((await read(owner, '?cursor=eA')).statusCode, 400);
});

test('a page that somebody read is shown place by place, to each patient their own', async () => {
  const [mine, other] = [newPerson('patient'), newPerson('patient')];
  const place = (patientId: string) => {
    return { appointmentId: crypto.randomUUID(), patientId };
  };
  const [first, second, third, theirs] = [place(mine.id), place(mine.id), place(mine.id), place(other.id)];
  await recordAccess(db, by(doctor), { action: 'create', ...of(mine.id) });
  await recordPage(db, by(doctor), [first, theirs, second]);
  await recordPage(db, by(mine), [third, first]);
  const expected = [...[third, first, first, second].map((each) => each.appointmentId), resource.id];
  for (const limit of [1, 2, 3, 100]) {
    const seen: string[] = [];
    for (let query: string | null = `?limit=${limit}`; query; ) {
      const answer: { items: AccessLogEntry[]; nextCursor: string | null } = (await read(mine, query)).json();
      assert.ok(answer.items.length <= limit);
      seen.push(...answer.items.map((item) => item.resource.id));
      query = answer.nextCursor ? `?limit=${limit}&cursor=${answer.nextCursor}` : null;
    }
    assert.deepEqual(seen, expected, `${limit} a page`);
  }
  const { items } = (await read(other)).json<{ items: AccessLogEntry[] }>();
  assert.deepEqual(
    items.map((item) => [item.resource.id, item.resource.appointmentId, item.actorRole]),
    [[theirs.appointmentId, theirs.appointmentId, 'doctor']],
  );
});

test('whose data was shown long ago has their log by indexes, however long the trail is', async () => {
  const owner = newPerson('patient');
  await workplace.pool.query(
    `INSERT INTO audit_entries (actor_id, actor_role, action, resource_kind, outcome,
      resource_ids, appointment_ids, patient_ids)
    SELECT uuidv7(), 'doctor', 'read', 'note', 'granted', ids, ids, ids
    FROM generate_series(1, 20000) AS n, LATERAL (
      SELECT ARRAY[uuidv7(), CASE WHEN n <= 1000 THEN $1::uuid ELSE uuidv7() END] AS ids) AS page`,
    [owner.id],
  );
  await workplace.pool.query('VACUUM ANALYZE audit_entries');
  const statements: { sql: string; parameters: readonly unknown[] }[] = [];
  const logged = new Kysely<AuditTables>({
    dialect: new PostgresDialect({ pool: workplace.pool }),
    log: ({ query }) => {
      statements.push(query);
    },
  });
  const caller = {
    userId: crypto.randomUUID(),
    role: 'patient',
    sessionId: '',
    issuedAt: 0,
    expiresAt: 0,
  } as const;
  for (const cursor of [undefined, encodeCursor([900_000, 1])]) {
    await listAccesses(logged, caller, cursor ? { cursor } : {});
    const statement = statements.pop();
    assert.ok(statement);
    const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement.sql}`;
    const { rows } = await workplace.pool.query(explain, [...statement.parameters]);
    const plan = rows[0]['QUERY PLAN'][0].Plan;
    assert.match(JSON.stringify(plan), /audit_entries_patients/);
    assert.ok(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] < 200, JSON.stringify(plan));
  }
});

test('the log is the patient’s alone', async () => {
  assert.equal((await read(doctor)).statusCode, 403);
  assert.equal((await read(newPerson('admin'))).statusCode, 403);
  assert.deepEqual((await read(newPerson('patient'))).json(), { items: [], nextCursor: null });
});
