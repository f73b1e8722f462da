import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Api, apiAt } from './support/api.ts';
import type { World } from './support/booking-history.ts';
import { chaosBus } from './support/chaos-bus.ts';
import { databaseOf } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { type Random, seeded } from './support/random.ts';
import { assertReschedulesHold, interleaveAndRecord } from './support/reschedule-history.ts';
import { removeFolder, startServer } from './support/server-process.ts';
import { startSystem } from './support/system.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));

/** Two doctors whose slots overlap by half, so that a patient's move may collide with what they keep. */
async function populate(api: Api): Promise<World> {
  const [first, second] = [await join(api, doctorInput()), await join(api, doctorInput())];
  const patients = [];
  for (let i = 0; i < 6; i += 1) patients.push(await join(api, patientInput()));
  const times = (minute: string) =>
    Array.from({ length: 10 }, (_, i) => `${String(8 + i).padStart(2, '0')}:${minute}`);
  const slots: World['slots'] = [];
  for (const [doctor, minute] of [
    [first, '00'],
    [second, '30'],
  ] as const) {
    const published = await publishSlots(api, doctor, times(minute), { slotMinutes: 60 });
    slots.push(...published.map(({ id }) => ({ id, doctor })));
  }
  return { doctors: [first, second], patients, slots };
}

const onAppointments = async (folder: string, statement: string, values: unknown[] = []) => {
  const pool = await databaseOf(folder, 'appointments');
  try {
    return (await pool.query(statement, values)).rows;
  } finally {
    await pool.end();
  }
};

/** Moves the doctor's time for confirming into the past, on the database as it runs at the moment. */
const expireOn = (folder: string) => async (id: string) => {
  await onAppointments(
    folder,
    `UPDATE appointments SET confirm_by = now() - interval '1 second'
     WHERE id = $1 AND status = 'awaiting_confirmation'`,
    [id],
  );
};

/** Waits until no deadline is over without having had its effect. */
const untilNothingIsDue = (folder: string) =>
  eventually(async () => {
    const due = await onAppointments(
      folder,
      "SELECT id FROM appointments WHERE status = 'awaiting_confirmation' AND confirm_by < now()",
    );
    assert.deepEqual(due, []);
  });

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whatever the seed, what is to be shown must have happened. */
function assertMuchHappened(finals: Awaited<ReturnType<typeof assertReschedulesHold>>): void {
  const count = (status: string, reason?: string) =>
    finals.filter(
      ({ appointment }) =>
        appointment.status === status && (reason === undefined || appointment.statusReason === reason),
    ).length;
  const counts = {
    replaced: count('replaced'),
    lost: count('rejected', 'slot_taken'),
    cancelled: count('cancelled'),
    late: count('declined', 'not_confirmed_in_time'),
  };
  assert.ok(
    Object.values(counts).every((each) => each > 0),
    JSON.stringify(counts),
  );
}

test(`reschedules survive kills among rivals and all other steps (SEED=${seed})`, async () => {
  const random = seeded(seed);
  let server = await startServer();
  const api = apiAt(server.url);
  const world = await populate(api);
  let over = false;
  const recording = interleaveAndRecord(api, world, random, {
    clients: 8,
    until: () => over,
    expire: expireOn(server.folder),
  });
  for (let round = 0; round < 5; round += 1) {
    await sleep(400 + random.below(1200));
    await server.kill(round % 2 === 0 ? 'node' : 'node and postgres');
    server = await startServer({ folder: server.folder, port: server.port });
  }
  await sleep(1_000);
  over = true;
  const recorded = await recording;
  await untilNothingIsDue(server.folder);
  const finals = await assertReschedulesHold(api, world, recorded);
  assertMuchHappened(finals);
  assert.equal(await server.terminate(), 0);
  await removeFolder(server.folder);
});

test(`reschedules survive doubled, late and reordered deliveries (SEED=${seed})`, async () => {
  const random: Random = seeded(seed + 1);
  const system = await startSystem({}, { wrapBus: (bus) => chaosBus(bus, random, 400) });
  try {
    const world = await populate(system.api);
    const endsAtMs = performance.now() + 6_000;
    const recorded = await interleaveAndRecord(system.api, world, random, {
      clients: 8,
      until: () => performance.now() > endsAtMs,
      expire: expireOn(system.folder),
    });
    await untilNothingIsDue(system.folder);
    assertMuchHappened(await assertReschedulesHold(system.api, world, recorded));
  } finally {
    await system.stop();
  }
});
