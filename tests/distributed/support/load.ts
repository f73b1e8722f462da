import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { pngOfSize } from '@consulta/appointment/testing';
import type { Appointment, MedicalFile, TokenPair } from '@consulta/contracts';
import { type Api, apiAt } from '../../support/api.ts';
import { publishMornings, type Recorded, type World } from '../../support/booking-history.ts';
import { book, sendFile } from '../../support/consultations.ts';
import { doctorInput, join, type Person, patientInput, signIn } from '../../support/people.ts';
import type { Random } from '../../support/random.ts';

/** One request that did not go as it should: when it was sent (this process's clock), what it was, what came of it. */
export type Failure = { sentAtMs: number; tookMs: number; what: string; outcome: string; refused: boolean };

export type Load = {
  api: Api;
  world: World;
  recorded: Recorded[];
  failures: Failure[];
  /** Requests that went well, by what they were. */
  done: Map<string, number>;
  /** Ends the load; resolves when every client has. */
  stop: () => Promise<void>;
};

/** Doctors with slots, patients, and one appointment for the files. */
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
 * Keeps patients booking and cancelling, a file going to and fro, a session being refreshed, and people reading: each
 * client one request after another, with a little pause. What fails is noted and does not end it.
 */
export async function startLoad(url: string, world: World, random: Random, clients = 4): Promise<Load> {
  const api = apiAt(url);
  const recorded: Recorded[] = [];
  const failures: Failure[] = [];
  const done = new Map<string, number>();
  let over = false;

  /** Sends a request whose answer must have one of these statuses; undefined, and noted, where it has not. */
  const attempt = async <T>(
    what: string,
    statuses: number[],
    send: () => Promise<{ status: number; body: T; headers: Headers }>,
  ): Promise<T | undefined> => {
    const sentAtMs = performance.now();
    const note = (outcome: string, refused: boolean) => {
      failures.push({ sentAtMs, tookMs: performance.now() - sentAtMs, what, outcome, refused });
      return undefined;
    };
    try {
      const { status, body, headers } = await send();
      if (!statuses.includes(status)) {
        const refused = status === 503 && headers.has('retry-after');
        return note(`${status} ${JSON.stringify(body)}`.slice(0, 300), refused);
      }
      done.set(what, (done.get(what) ?? 0) + 1);
      return body;
    } catch (error) {
      const { message, cause } = error as Error;
      return note(`${message} ${cause}`, false);
    }
  };
  const keep = async (once: () => Promise<void>, pauseMs: number) => {
    while (!over) {
      await once();
      await sleep(pauseMs);
    }
  };

  const bookOne = async () => {
    const patient = random.pick(world.patients);
    const slot = random.pick(world.slots);
    const sentAtMs = performance.now();
    const { token } = patient;
    const asked = await attempt('ask', [202, 409], () =>
      api.call<Appointment & { code?: string }>('POST', '/appointments', {
        token,
        body: { slotId: slot.id },
      }),
    );
    if (!asked?.status || asked.code) return;
    const { id } = asked;
    recorded.push({ id, patient, slotId: slot.id, sentAtMs, acknowledgedAtMs: performance.now() });
    if (!random.chance(0.3)) return;
    const body = { reason: 'Mudança de planos' };
    await attempt('cancel', [200, 409], () =>
      api.call('POST', `/appointments/${id}/cancel`, { token, body }),
    );
  };

  const [owner] = world.patients;
  if (!owner) throw new Error('a load needs patients');
  const filesOf = await book(api, owner, world.slots.at(-1)?.id);
  const content = pngOfSize(300_000);
  const digest = createHash('sha256').update(content).digest('hex');
  const passFile = async () => {
    const sent = await attempt('upload', [201], async () => {
      const response = await sendFile(api, owner, filesOf.id, content);
      return {
        status: response.status,
        body: (await response.json()) as MedicalFile,
        headers: response.headers,
      };
    });
    if (!sent) return;
    await attempt('download', [200], async () => {
      const headers = { authorization: `Bearer ${owner.token}` };
      const response = await fetch(`${url}/api/v1/files/${sent.id}/content`, { headers });
      const bytes = Buffer.from(await response.arrayBuffer());
      const whole = createHash('sha256').update(bytes).digest('hex') === digest;
      return {
        status: whole || response.status !== 200 ? response.status : 0,
        body: null,
        headers: response.headers,
      };
    });
    await attempt('delete file', [204], () =>
      api.call('DELETE', `/files/${sent.id}`, { token: owner.token }),
    );
  };

  let session = await signIn(api, owner.email);
  const refresh = async () => {
    const next = await attempt('refresh', [200], () =>
      api.call<TokenPair>('POST', '/auth/refresh', { body: { refreshToken: session.refreshToken } }),
    );
    // One whose answer got lost may have been done: its token is spent.
    session = next ?? (await signIn(api, owner.email).catch(() => session));
  };
  const read = async () => {
    const { token } = random.pick(world.patients);
    const path = random.pick([
      '/appointments',
      '/doctors?limit=5',
      '/users/me',
      '/files',
      `/doctors/${random.pick(world.doctors).id}/slots`,
    ]);
    await attempt(`read ${path.split(/[/?]/)[1]}`, [200], () => api.call('GET', path, { token }));
  };

  const running = [
    ...Array.from({ length: clients }, () => keep(bookOne, 60)),
    ...[keep(passFile, 100), keep(refresh, 400), keep(read, 50), keep(read, 50)],
  ];
  const stop = async () => {
    over = true;
    await Promise.all(running);
  };
  return { api, world, recorded, failures, done, stop };
}
