import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresProcesses, postmasterOf } from '../faults/support/postgres-processes.ts';
import { apiAt } from '../support/api.ts';
import { assertHistoryHolds } from '../support/booking-history.ts';
import { processesListed, startDistributed } from '../support/distributed.ts';
import { eventually } from '../support/eventually.ts';
import { seeded } from '../support/random.ts';
import { removeFolder, type ServerProcess } from '../support/server-process.ts';
import { closeDatabase, freezeDatabase } from './support/databases.ts';
import { deadLetters } from './support/dead-letters.ts';
import { untilBack } from './support/gateway.ts';
import { type Kind, type Load, populate, startLoad } from './support/load.ts';
import { assertNothingMissed, type ResumingStream, resumingStream } from './support/streams.ts';

/*
 * Under load, each part stands still for 10 s and is killed, one after the other. What does not need it goes on, what does
 * is refused at once and told when to come again, and when the part is back all is well by itself.
 */

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1_000_000));
const standstillMs = 10_000;
/** Refusals come within 1 s and all is well within 30 s; a test waits five times as long, for a busy machine. */
const refusedWithinMs = 5_000;
const wellWithinMs = 150_000;

let server: ServerProcess;
let load: Load;
let streams: ResumingStream[];

before(async () => {
  server = await startDistributed();
  const world = await populate(apiAt(server.url), { doctors: 3, patients: 8 });
  streams = world.patients.map((patient) => resumingStream(server.url, patient));
  load = await startLoad(server.url, world, seeded(seed));
});
after(async () => {
  await load.stop();
  for (const stream of streams) await stream.close();
  await server.kill('node');
  await removeFolder(server.folder);
});

const everything: Kind[] = [
  'ask',
  'cancel',
  'decision',
  'upload',
  'download',
  'delete file',
  'appointments',
  'files',
];
const ofUsers: Kind[] = ['sign in', 'refresh', 'account', 'search'];
const ofSchedules: Kind[] = ['slots', 'schedules'];
const ofAppointments: Kind[] = everything;

type Fault = {
  /** Ends when the part is back. */
  bring: () => Promise<void>;
  /** What may be refused meanwhile; all else goes on. */
  mayRefuse: Kind[];
  /** What else may be refused once it has lasted for so long. */
  later?: { afterMs: number; kinds: Kind[] };
  /** What may end without an answer: a large body, where who takes it is killed or stands still. */
  mayBreakOff?: Kind[];
};

const pidsOf = async (names: string[]) => {
  const processes = await processesListed(server.folder);
  return names.map((name) => processes[name]?.pid ?? 0);
};

const signalAll = (pids: number[], signal: NodeJS.Signals) => {
  for (const pid of pids) process.kill(pid, signal);
};

const pause = (names: string[], forMs?: number) => standStill(() => pidsOf(names), forMs);

const standStill =
  (pidsNow: () => Promise<number[]>, forMs = standstillMs) =>
  async () => {
    const pids = await pidsNow();
    signalAll(pids, 'SIGSTOP');
    await sleep(forMs);
    signalAll(pids, 'SIGCONT');
  };

const kill = (names: string[]) => async () => {
  const pids = await pidsOf(names);
  signalAll(pids, 'SIGKILL');
  for (const [index, name] of names.entries()) await untilBack(server.folder, name, pids[index] ?? 0);
};

type Away = (folder: string, name: 'users' | 'schedules' | 'appointments') => Promise<() => Promise<void>>;
const database = (away: Away, name: Parameters<Away>[1]) => async () => {
  const back = await away(server.folder, name);
  await sleep(standstillMs);
  await back();
};

const both = (service: string) => [`${service}-1`, `${service}-2`];
const protectedKinds: Kind[] = [...ofSchedules, ...ofAppointments, 'account'];

const faults: Record<string, Fault> = {
  'Redis stands still': { bring: pause(['redis']), mayRefuse: [] },
  'Redis is killed': { bring: kill(['redis']), mayRefuse: [] },
  'SNS and SQS stand still': { bring: pause(['fauxqs']), mayRefuse: [] },
  'SNS and SQS are killed': { bring: kill(['fauxqs']), mayRefuse: [] },
  'the schedule service stands still': {
    bring: pause(both('schedule')),
    mayRefuse: [...ofSchedules, 'decision'],
  },
  'the schedule service is killed': {
    bring: kill(both('schedule')),
    mayRefuse: [...ofSchedules, 'decision'],
  },
  'the user service stands still': { bring: pause(both('user')), mayRefuse: ofUsers },
  'the user service is killed': { bring: kill(both('user')), mayRefuse: ofUsers },
  'the user service stands still for long': {
    bring: pause(both('user'), 45_000),
    mayRefuse: ofUsers,
    // Counted from when revocations were last read, a little before.
    later: { afterMs: 25_000, kinds: protectedKinds },
  },
  'UserDB stands still': { bring: database(freezeDatabase, 'users'), mayRefuse: ofUsers },
  'UserDB lets nobody in': { bring: database(closeDatabase, 'users'), mayRefuse: ofUsers },
  'ScheduleDB stands still': {
    bring: database(freezeDatabase, 'schedules'),
    mayRefuse: [...ofSchedules, 'decision'],
  },
  'ScheduleDB lets nobody in': {
    bring: database(closeDatabase, 'schedules'),
    mayRefuse: [...ofSchedules, 'decision'],
  },
  'AppointmentDB stands still': {
    bring: database(freezeDatabase, 'appointments'),
    mayRefuse: ofAppointments,
  },
  'AppointmentDB lets nobody in': {
    bring: database(closeDatabase, 'appointments'),
    mayRefuse: ofAppointments,
  },
};
const all: Kind[] = [...ofUsers, ...ofSchedules, ...ofAppointments];
faults['PostgreSQL stands still'] = { bring: standStill(() => postgresProcesses(server)), mayRefuse: all };
faults['PostgreSQL is killed'] = {
  bring: async () => signalAll([await postmasterOf(server)], 'SIGKILL'),
  mayRefuse: all,
};
for (const service of ['user', 'schedule', 'appointment', 'appointment-creator', 'review-processor']) {
  // What it had in hand.
  const mayRefuse = service.includes('-') ? [] : all;
  const mayBreakOff: Kind[] = service === 'appointment' ? ['upload'] : [];
  faults[`a replica of the ${service} stands still`] = {
    bring: pause([`${service}-2`]),
    mayRefuse,
    mayBreakOff,
  };
  faults[`a replica of the ${service} is killed`] = { bring: kill([`${service}-2`]), mayRefuse, mayBreakOff };
}

/** Waits until everything goes well that was sent after an instant; answers how long that took, in milliseconds. */
async function untilWell(sinceMs: number): Promise<number> {
  const steadyMs = 2_000;
  await eventually(async () => {
    const lastFailureMs = Math.max(sinceMs, ...load.failures.map(({ sentAtMs }) => sentAtMs));
    assert.ok(performance.now() - lastFailureMs > steadyMs, JSON.stringify(load.failures.slice(-3)));
    const well = new Set(
      load.done.filter(({ sentAtMs }) => sentAtMs > lastFailureMs).map(({ kind }) => kind),
    );
    for (const kind of all) assert.ok(well.has(kind), kind);
  }, wellWithinMs);
  return Math.max(0, ...load.failures.map(({ sentAtMs }) => sentAtMs - sinceMs));
}

for (const [name, { bring, mayRefuse, later, mayBreakOff = [] }] of Object.entries(faults)) {
  test(`${name}: what does not need it goes on, and then all is well`, async (t) => {
    await untilWell(performance.now());
    const beganAtMs = performance.now();
    await bring();
    const backAtMs = performance.now();
    const wellAfterMs = await untilWell(backAtMs);

    const failures = load.failures.filter(({ sentAtMs }) => sentAtMs >= beganAtMs);
    const longestMs = Math.max(0, ...failures.filter(({ refused }) => refused).map(({ tookMs }) => tookMs));
    const kinds = Object.entries(Object.groupBy(failures, ({ kind }) => kind));
    const counts = kinds.map(([kind, all]) => `${kind} ${all.length}`).join(', ');
    t.diagnostic(
      `refused: ${counts || 'nothing'}; the slowest after ${Math.round(longestMs)} ms; ` +
        `well ${Math.round(wellAfterMs)} ms after the part was back`,
    );
    for (const failure of failures) {
      const { kind, sentAtMs, tookMs, answer, refused } = failure;
      const mayBe =
        later && sentAtMs - beganAtMs > later.afterMs ? [...mayRefuse, ...later.kinds] : mayRefuse;
      assert.ok(mayBe.includes(kind), `${kind} failed after ${sentAtMs - beganAtMs} ms: ${answer}`);
      // Undecided yet.
      if (kind === 'decision' && answer.startsWith('202')) continue;
      if (mayBreakOff.includes(kind) && /other side closed|ECONNRESET|EPIPE/.test(answer)) continue;
      assert.ok(refused, `${kind} was not refused but failed: ${answer}`);
      assert.ok(tookMs < refusedWithinMs, `${kind} was refused after ${tookMs} ms: ${answer}`);
    }
    assert.deepEqual(await deadLetters(server.folder), {});
  });
}

test(`nothing was lost, doubled, overtaken or announced twice meanwhile (SEED=${seed})`, async () => {
  await load.stop();
  const finals = await assertHistoryHolds(load.api, load.world, load.recorded);
  for (const stream of streams) {
    const own = finals.filter(({ patient }) => patient.id === stream.person.id);
    const expected = new Map(own.map(({ id, history }) => [id, history.length - 1]));
    await eventually(async () => assertNothingMissed(stream, expected));
  }
});
