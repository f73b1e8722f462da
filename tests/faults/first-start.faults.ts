import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { DoctorSummary } from '@consulta/contracts';
import { apiAt } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { signIn } from '../support/people.ts';
import { type ServerProcess, spawnServer, startServer, untilStarted } from '../support/server-process.ts';
import { cleanUp, endServer, say, seconds } from './support/rounds.ts';
import { randomOf, seed } from './support/seed.ts';

/*
 * The first start on a folder is killed after each of its steps, and at moments between them; the next start must
 * bring up a whole system.
 */

const random = randomOf(3);
const betweenSteps = 4;
const demoPassword = 'consulta-demo-2026';
const folders: string[] = [];
after(() => cleanUp(folders));

async function spawn(): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-first-start-'));
  folders.push(folder);
  return spawnServer({ folder, environment: { DEMO: '1', LOG_LEVEL: 'debug' } });
}

/** The steps of the start that were done so far, as the log names them. */
const stepsOf = (server: ServerProcess): string[] =>
  [...server.output().matchAll(/"step":"([^"]+)"/g)].map(([, step = '']) => step);

let steps: string[] = [];
let startMs = 0;
before(async () => {
  const beganMs = performance.now();
  const server = await spawn();
  await untilStarted(server, '/health/ready');
  startMs = performance.now() - beganMs;
  steps = stepsOf(server);
  await endServer(server);
});

/** A start after the killed one brings up everything: demo data as well, and nothing is left of it at the end. */
async function assertStartsWhole({ folder, port }: ServerProcess): Promise<number> {
  const beganMs = performance.now();
  const server = await startServer({ folder, port, environment: { DEMO: '1' } });
  const tookMs = performance.now() - beganMs;
  const api = apiAt(server.url);
  const { accessToken: token } = await signIn(api, 'paciente1@demo.consulta.example', demoPassword);
  await signIn(api, 'admin@demo.consulta.example', demoPassword);
  await eventually(async () => {
    const path = '/doctors?limit=100';
    const { items } = await api.expect<{ items: DoctorSummary[] }>(200, 'GET', path, { token });
    assert.equal(items.length, 50);
    assert.ok(items.every(({ nextAvailableAt }) => nextAvailableAt !== null));
  }, 50_000);
  await endServer(server);
  return tookMs;
}

const howToKill = () => (random.chance(0.5) ? 'node' : 'node and postgres');

test(`a first start that is killed after any of its steps can be repeated (SEED=${seed})`, async (t) => {
  assert.ok(steps.length >= 10, `the log names ${steps.length} steps of a start`);
  for (const [index, step] of steps.entries()) {
    await t.test(`killed after: ${step}`, async (t) => {
      const server = await spawn();
      await eventually(async () => assert.ok(stepsOf(server).length > index), 75_000);
      await server.kill(howToKill()).catch(() => {});
      say(t, `the next start took ${seconds(await assertStartsWhole(server))}`);
    });
  }
});

for (let round = 1; round <= betweenSteps; round += 1) {
  test(`a first start that is killed at any moment can be repeated, ${round} (SEED=${seed})`, async (t) => {
    const server = await spawn();
    const afterMs = random.unit() * startMs;
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await server.kill('node');
    const tookMs = await assertStartsWhole(server);
    say(t, `killed after ${seconds(afterMs)}, the next start took ${seconds(tookMs)}`);
  });
}
