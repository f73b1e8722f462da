import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from './support/api.ts';
import { apiAt } from './support/api.ts';
import { assertHistoryHolds, bookAndRecord, publishMornings, type World } from './support/booking-history.ts';
import { chaosBus } from './support/chaos-bus.ts';
import { doctorInput, join, type Person, patientInput } from './support/people.ts';
import { type Random, seeded } from './support/random.ts';
import { removeFolder, startServer } from './support/server-process.ts';
import { startSystem } from './support/system.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));

async function populate(api: Api): Promise<World> {
  const doctors: Person[] = [];
  const patients: Person[] = [];
  for (let i = 0; i < 3; i += 1) doctors.push(await join(api, doctorInput()));
  for (let i = 0; i < 12; i += 1) patients.push(await join(api, patientInput()));
  return { doctors, patients, slots: await publishMornings(api, doctors) };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test(`kills at random moments lose, double and reorder nothing (SEED=${seed})`, async () => {
  const random = seeded(seed);
  let server = await startServer();
  const api = apiAt(server.url);
  const world = await populate(api);

  let over = false;
  const recording = bookAndRecord(api, world, random, { clients: 8, until: () => over });
  for (let round = 0; round < 6; round += 1) {
    await sleep(200 + random.below(1200));
    await server.kill(round % 2 === 0 ? 'node' : 'node and postgres');
    server = await startServer({ folder: server.folder, port: server.port });
  }
  await sleep(500);
  over = true;
  const recorded = await recording;
  assert.ok(recorded.length > 100, `only ${recorded.length} requests were acknowledged`);
  await assertHistoryHolds(api, world, recorded);
  assert.equal(await server.terminate(), 0);
  await removeFolder(server.folder);
});

test(`doubled, late and reordered deliveries change no outcome (SEED=${seed})`, async () => {
  const random: Random = seeded(seed + 1);
  const system = await startSystem({}, { wrapBus: (bus) => chaosBus(bus, random, 400) });
  try {
    const world = await populate(system.api);
    const endsAtMs = performance.now() + 5_000;
    const recorded = await bookAndRecord(system.api, world, random, {
      clients: 8,
      until: () => performance.now() > endsAtMs,
    });
    assert.ok(recorded.length > 100, `only ${recorded.length} requests were acknowledged`);
    await assertHistoryHolds(system.api, world, recorded);
  } finally {
    await system.stop();
  }
});
