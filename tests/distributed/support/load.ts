import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pngOfSize } from '@consulta/appointment/testing';
import type { Appointment, MedicalFile, TokenPair } from '@consulta/contracts';
import { type Api, apiAt } from '../../support/api.ts';
import { publishMornings, type Recorded, type World } from '../../support/booking-history.ts';
import { book, readContent, sendFile } from '../../support/consultations.ts';
import { doctorInput, join, type Person, password, patientInput } from '../../support/people.ts';
import type { Random } from '../../support/random.ts';

/** What people keep doing. */
export type Kind =
  | 'ask'
  | 'cancel'
  | 'decision'
  | 'upload'
  | 'download'
  | 'delete file'
  | 'sign in'
  | 'refresh'
  | 'account'
  | 'search'
  | 'slots'
  | 'schedules'
  | 'appointments'
  | 'files';

/** A request that was answered as it should, or not; times are this process's clock. */
export type Outcome = { kind: Kind; sentAtMs: number; tookMs: number };
/** `refused`: it was answered 503 with `Retry-After`. */
export type Failure = Outcome & { answer: string; refused: boolean };

export type Load = {
  api: Api;
  world: World;
  recorded: Recorded[];
  done: Outcome[];
  failures: Failure[];
  /** Ends the load; resolves when every client has. */
  stop: () => Promise<void>;
};

type Answer<T> = { status: number; body: T; headers: Headers };

/** Doctors with a morning of slots each, and patients. */
export async function populate(api: Api, { doctors, patients }: { doctors: number; patients: number }) {
  const people = async (count: number, input: typeof patientInput) => {
    const made: Person[] = [];
    for (let i = 0; i < count; i += 1) made.push(await join(api, input()));
    return made;
  };
  const world = {
    doctors: await people(doctors, doctorInput),
    patients: await people(patients, patientInput),
  };
  return { ...world, slots: await publishMornings(api, world.doctors) };
}

/**
 * Keeps patients booking and cancelling, files going to and fro, people signing in and reading: one client for each, so
 * that none waits for another, with little pauses. What fails is noted and ends nothing.
 */
export async function startLoad(url: string, world: World, random: Random): Promise<Load> {
  const api = apiAt(url);
  const recorded: Recorded[] = [];
  const done: Outcome[] = [];
  const failures: Failure[] = [];
  const attempt: Attempt = async (kind, statuses, send) => {
    const sentAtMs = performance.now();
    const outcome = () => ({ kind, sentAtMs, tookMs: performance.now() - sentAtMs });
    try {
      const { status, body, headers } = await send();
      if (statuses.includes(status)) {
        done.push(outcome());
        return { status, body };
      }
      const refused = status === 503 && headers.has('retry-after');
      failures.push({ ...outcome(), answer: `${status} ${JSON.stringify(body)}`.slice(0, 300), refused });
    } catch (error) {
      const { message, cause } = error as Error;
      failures.push({ ...outcome(), answer: `${message} ${cause}`, refused: false });
    }
    return undefined;
  };
  const clients = [
    ...bookers({ api, world, random, recorded, attempt }),
    ...(await filePassers({ api, world, attempt })),
    ...signersIn({ api, world, attempt }),
    ...readers({ api, world, random, attempt }),
  ];
  let over = false;
  const running = clients.map(async ({ once, pauseMs }) => {
    while (!over) {
      await once();
      await sleep(pauseMs);
    }
  });
  const stop = async () => {
    over = true;
    await Promise.all(running);
  };
  return { api, world, recorded, done, failures, stop };
}

/** Sends a request whose answer must have one of these statuses; undefined, and noted, where it has not. */
type Attempt = <T>(
  kind: Kind,
  statuses: number[],
  send: () => Promise<Answer<T>>,
) => Promise<{ status: number; body: T } | undefined>;

/** Does something once, and again after a pause. */
type Client = { once: () => Promise<unknown>; pauseMs: number };
type Means = { api: Api; world: World; attempt: Attempt };

function bookers(means: Means & { random: Random; recorded: Recorded[] }): Client[] {
  const { api, world, random, recorded, attempt } = means;
  const ask = async (kind: Kind, statuses: number[], headers: Record<string, string>) => {
    const patient = random.pick(world.patients);
    const { id: slotId } = random.pick(world.slots);
    const sentAtMs = performance.now();
    const { token } = patient;
    const asked = await attempt(kind, statuses, () =>
      api.call<Appointment>('POST', '/appointments', { token, body: { slotId }, headers }),
    );
    if (!asked || asked.status === 409) return;
    const { id } = asked.body;
    recorded.push({ id, patient, slotId, sentAtMs, acknowledgedAtMs: performance.now() });
    if (!random.chance(0.3)) return;
    const body = { reason: 'Mudança de planos' };
    await attempt('cancel', [200, 409], () =>
      api.call('POST', `/appointments/${id}/cancel`, { token, body }),
    );
  };
  const asking = { once: () => ask('ask', [202, 409], {}), pauseMs: 60 };
  return [
    asking,
    asking,
    asking,
    { once: () => ask('decision', [201, 409], { prefer: 'wait=10' }), pauseMs: 100 },
  ];
}

async function filePassers({ api, world, attempt }: Means): Promise<Client[]> {
  const [owner] = world.patients;
  if (!owner) throw new Error('a load needs patients');
  const appointment = await book(api, owner, world.slots.at(-1)?.id);
  const content = pngOfSize(300_000);
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const upload = async () => {
    const response = await sendFile(api, owner, appointment.id, content);
    return {
      status: response.status,
      body: (await response.json()) as MedicalFile,
      headers: response.headers,
    };
  };
  const download = async (id: string) => {
    const { status, headers, bytes } = await readContent(api, owner, id);
    if (status === 200 && digest(bytes) !== digest(content)) throw new Error('other bytes than were sent');
    return { status, headers, body: null };
  };
  const pass = async () => {
    const sent = await attempt('upload', [201], upload);
    if (!sent) return;
    const { id } = sent.body;
    await attempt('download', [200], () => download(id));
    await attempt('delete file', [204], () => api.call('DELETE', `/files/${id}`, { token: owner.token }));
  };
  return [{ once: pass, pauseMs: 100 }];
}

/** Whoever signs in goes on with the new token: the old one would expire before the end of a long test. */
function signersIn({ api, world, attempt }: Means): Client[] {
  const people = [...world.patients, ...world.doctors];
  let next = 0;
  let refreshToken = '';
  const signIn = async () => {
    const person = people[next % people.length];
    next += 1;
    if (!person) return;
    const body = { identifier: person.email, password };
    const signed = await attempt('sign in', [200], () =>
      api.call<TokenPair>('POST', '/auth/login', { body }),
    );
    if (signed) person.token = signed.body.accessToken;
    refreshToken ||= signed?.body.refreshToken ?? '';
  };
  const refresh = async () => {
    if (!refreshToken) return;
    const body = { refreshToken };
    const refreshed = await attempt('refresh', [200], () =>
      api.call<TokenPair>('POST', '/auth/refresh', { body }),
    );
    // One whose answer got lost may have been spent: another session is begun.
    refreshToken = refreshed?.body.refreshToken ?? '';
  };
  return [
    { once: signIn, pauseMs: 300 },
    { once: refresh, pauseMs: 300 },
  ];
}

function readers({ api, world, random, attempt }: Means & { random: Random }): Client[] {
  const paths: [Kind, Person[], () => string][] = [
    ['account', world.patients, () => '/users/me'],
    ['search', world.patients, () => '/doctors?limit=5'],
    ['slots', world.patients, () => `/doctors/${random.pick(world.doctors).id}/slots?limit=5`],
    ['schedules', world.doctors, () => '/schedules'],
    ['appointments', world.patients, () => '/appointments?limit=5'],
    ['files', world.patients, () => '/files?limit=5'],
  ];
  return paths.map(([kind, people, path]) => ({
    once: () => attempt(kind, [200], () => api.call('GET', path(), { token: random.pick(people).token })),
    pauseMs: 120,
  }));
}
