import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apiAt } from '../support/api.ts';
import { assertHistoryHolds } from '../support/booking-history.ts';
import { processesListed, startDistributed } from '../support/distributed.ts';
import { eventually } from '../support/eventually.ts';
import { seeded } from '../support/random.ts';
import { removeFolder, type ServerProcess } from '../support/server-process.ts';
import { untilBack } from './support/gateway.ts';
import { populate, startLoad } from './support/load.ts';
import { assertNothingMissed, resumingStream } from './support/streams.ts';

/* Every service is restarted in turn, one replica after the other, as an upgrade does it, and nobody notices. */

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));
const rounds = 3;
const services = ['user', 'schedule', 'appointment', 'appointment-creator', 'review-processor'];
let server: ServerProcess | undefined;

after(async () => {
  await server?.kill('node');
  if (server) await removeFolder(server.folder);
});

test(`${rounds} rolling restarts under load fail no request, and lose and double no decision (SEED=${seed})`, async (t) => {
  server = await startDistributed();
  const { url, folder } = server;
  const world = await populate(apiAt(url), { doctors: 3, patients: 8 });
  const streams = world.patients.map((patient) => resumingStream(url, patient));
  const load = await startLoad(url, world, seeded(seed));

  for (let round = 0; round < rounds; round += 1) {
    for (const service of services) {
      for (const number of [1, 2]) {
        const name = `${service}-${number}`;
        const pid = (await processesListed(folder))[name]?.pid ?? 0;
        process.kill(pid, 'SIGTERM');
        await untilBack(folder, name, pid);
      }
    }
  }
  await load.stop();
  const counts = Object.entries(Object.groupBy(load.done, ({ kind }) => kind)).map(
    ([kind, all]) => [kind, all.length] as const,
  );
  t.diagnostic(JSON.stringify(Object.fromEntries(counts)));
  assert.deepEqual(load.failures, []);
  for (const [kind, count] of counts) assert.ok(count > 20, `${kind} was hardly done`);

  const finals = await assertHistoryHolds(load.api, world, load.recorded);
  for (const stream of streams) {
    const own = finals.filter(({ patient }) => patient.id === stream.person.id);
    const expected = new Map(own.map(({ id, history }) => [id, history.length - 1]));
    await eventually(async () => assertNothingMissed(stream, expected));
    await stream.close();
    assert.deepEqual(stream.refusals, []);
    assert.ok(stream.connections() > 1, 'its replica was restarted');
  }
});
