import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pdf } from '@consulta/appointment/testing';
import type { Appointment } from '@consulta/contracts';
import { metricsByName } from '../infra/monitoring/metrics.ts';
import { addFile, conclude, readContent } from './support/consultations.ts';
import { followEvents } from './support/event-stream.ts';
import { eventually } from './support/eventually.ts';
import { assertAsDeclared, type Scrape, scrape } from './support/metrics.ts';
import { doctorAndPatient, password, signIn } from './support/people.ts';
import { processesOn } from './support/processes.ts';
import { removeFolder, startServer } from './support/server-process.ts';
import { startEmbedded } from './support/system.ts';

const system = await startEmbedded();
const { api, standalone } = system;
after(() => system.stop());

const look = () => scrape(standalone.internalUrl);

/** The sum of the samples with these labels. */
const totalOf = ({ samples }: Scrape, name: string, wanted: Record<string, string> = {}) =>
  samples
    .filter((sample) => sample.name === name)
    .filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);

/** Only where a certificate is served. */
const conditional = ['consulta_certificate_expiry_timestamp_seconds'];

test('what is exported equals the table, both ways', async () => {
  const { types } = await look();
  const declared = [...metricsByName.keys()].filter((name) => !conditional.includes(name));
  assert.deepEqual([...types.keys()].toSorted(), declared.toSorted());
});

test('a journey is counted: its requests, waits, stream, decisions, steps and sign-ins', async () => {
  const before = await look();
  const { doctor, patient, slots } = await doctorAndPatient(api);
  const stream = await followEvents(api.url, patient.token);
  const book = (slot: number, headers: Record<string, string>) =>
    api.call<Appointment>('POST', '/appointments', {
      token: patient.token,
      body: { slotId: slots[slot]?.id },
      headers,
    });
  const waited = await book(0, { prefer: 'wait=10' });
  assert.equal(waited.status, 201);
  assert.equal((await book(1, {})).status, 202);
  const { id } = waited.body;
  await stream.until(({ data }) => data.includes(id));
  const file = await addFile(api, patient, id, pdf());
  assert.equal((await readContent(api, patient, file.id)).status, 200);
  await conclude(api, doctor, id);
  await signIn(api, patient.email);
  const wrong = { body: { identifier: patient.email, password: `${password}!` } };
  await api.expect(401, 'POST', '/auth/login', wrong);

  const now = await eventually(async () => {
    const scraped = await look();
    const decisions = totalOf(scraped, 'consulta_booking_decisions_total');
    assert.equal(decisions - totalOf(before, 'consulta_booking_decisions_total'), 2);
    return scraped;
  });
  const grown = (name: string, labels: Record<string, string> = {}) =>
    totalOf(now, name, labels) - totalOf(before, name, labels);
  const booking = { method: 'POST', route: '/api/v1/appointments' };
  assert.equal(grown('consulta_http_requests_total', { ...booking, class: '2xx' }), 2);
  assert.equal(grown('consulta_http_request_duration_seconds_count', booking), 1, 'the wait is not timed');
  assert.equal(grown('consulta_waits_total', { outcome: 'decided' }), 1);
  assert.equal(totalOf(now, 'consulta_event_streams_open'), 1);
  assert.equal(grown('consulta_booking_decision_seconds_count'), 2);
  assert.ok(grown('consulta_live_event_seconds_count') >= 2);
  for (const status of ['confirmed', 'in_progress', 'concluded']) {
    assert.equal(grown('consulta_appointment_steps_total', { status }), 1, status);
  }
  assert.equal(grown('consulta_sign_ins_total', { outcome: 'signed_in' }), 3);
  assert.equal(grown('consulta_sign_ins_total', { outcome: 'wrong_password' }), 1);
  const download = { route: '/api/v1/files/:id/content' };
  assert.equal(grown('consulta_http_request_duration_seconds_count', download), 1);
  await stream.close();
});

test('streams and probes are counted and not timed', async () => {
  await api.expect(200, 'GET', '/health/ready');
  await look();
  const scraped = await look();
  const timed = new Set(
    scraped.samples
      .filter(({ name, value }) => name === 'consulta_http_request_duration_seconds_count' && value > 0)
      .map(({ labels }) => labels.route ?? ''),
  );
  assert.ok(timed.size > 3);
  for (const route of ['/api/v1/events', '/health/ready']) {
    assert.ok(!timed.has(route), route);
    if (route === '/api/v1/events') continue;
    assert.ok(totalOf(scraped, 'consulta_http_requests_total', { route }) > 0, route);
  }
});

test('every loop, pool, batch and database is told of', async () => {
  const scraped = await look();
  const of = (name: string, label: string) =>
    scraped.samples.filter((sample) => sample.name === name).map(({ labels }) => labels[label] ?? '');
  const good = scraped.samples.filter(({ name }) => name === 'consulta_loop_last_success_timestamp_seconds');
  assert.ok(good.length >= 20, String(good.length));
  for (const { labels, value } of good) assert.ok(Date.now() / 1000 - value < 300, `${labels.loop}`);
  for (const pool of ['users', 'schedules', 'appointments', 'appointments accept', 'bus']) {
    assert.ok(of('consulta_pool_connections_max', 'pool').includes(pool), pool);
  }
  assert.deepEqual(of('consulta_outbox_rows', 'database').toSorted(), ['appointments', 'schedules', 'users']);
  const readings = scraped.samples.filter(({ name }) => name === 'consulta_reading_up');
  assert.equal(readings.length, 7);
  for (const { labels, value } of readings) assert.equal(value, 1, `${labels.reading}`);
  for (const name of [
    'consulta_invariant_violations',
    'consulta_audit_chain_broken',
    'consulta_booking_undecided',
  ]) {
    assert.equal(totalOf(scraped, name), 0, name);
  }
});

test('a scrape costs at most 20 ms of the processor, by the process’s own count', async () => {
  await look();
  const rounds = 20;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) await look();
  const { user, system: kernel } = process.cpuUsage(before);
  assert.ok((user + kernel) / 1000 / rounds <= 20, `${(user + kernel) / 1000 / rounds} ms`);
});

test('metrics are not to be had on the public port', async () => {
  assert.equal((await fetch(`${api.url}/metrics`)).status, 404);
});

test('metrics come within 2 s while PostgreSQL is frozen, and say what they do not know', async () => {
  const server = await startServer();
  let frozen: number[] = [];
  try {
    const internalUrl = `http://127.0.0.1:${server.internalPort}`;
    assert.equal(totalOf(await scrape(internalUrl), 'consulta_reading_up'), 7);
    // Those that answered metrics are among them now.
    const found = await processesOn(join(server.folder, 'postgres'));
    frozen = found.filter(({ command }) => /^(\S*\/)?postgres\b/.test(command)).map(({ pid }) => pid);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    const lost = await eventually(async () => {
      const beganMs = performance.now();
      const scraped = await scrape(internalUrl);
      assert.ok(performance.now() - beganMs < 2_000);
      assert.equal(totalOf(scraped, 'consulta_reading_up'), 0);
      return scraped;
    }, 60_000);
    assert.ok(!lost.samples.some(({ name }) => name === 'consulta_booking_undecided'));
    assertAsDeclared(
      lost,
      (await look()).samples.flatMap(({ labels }) => labels.route ?? []),
    );
  } finally {
    for (const pid of frozen) {
      try {
        process.kill(pid, 'SIGCONT');
      } catch {}
    }
    await server.terminate();
    await removeFolder(server.folder);
  }
});
