import assert from 'node:assert/strict';
import { type Appointment, type HistoryEntry, isHolding } from '@consulta/contracts';
import type { Api } from './api.ts';
import {
  assertAnnouncedOnce,
  assertClaimsMatch,
  assertNoneOvertaken,
  type Final,
  type Recorded,
  type World,
} from './booking-history.ts';
import type { Page } from './consultations.ts';
import { eventually } from './eventually.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';

export type Options = {
  clients: number;
  until: () => boolean;
  /** Lets the doctor's time for confirming an appointment be over. */
  expire: (id: string) => Promise<void>;
};

type Known = { id: string; patient: Person; doctor: Person };
type Move = { weight: number; run: (known: Known) => Promise<unknown> };

/**
 * Clients that ask, reschedule, cancel, confirm, decline and let deadlines pass, in any order and all at once,
 * until told to stop. Answers the requests that were acknowledged; a call that fails on the way is not.
 */
export async function interleaveAndRecord(
  api: Api,
  world: World,
  random: Random,
  options: Options,
): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const known: Known[] = [];
  const send = (by: Person, path: string, body?: unknown) =>
    api.call<Appointment>('POST', path, { token: by.token, body }).then(
      (answer) => {
        const fair = [200, 202, 409, 503, 401].includes(answer.status);
        assert.ok(fair, `${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`);
        return answer;
      },
      () => undefined,
    );
  const ask = async (patient: Person, path: string) => {
    const slot = random.pick(world.slots);
    const sentAtMs = performance.now();
    const answer = await send(patient, path, { slotId: slot.id });
    if (answer?.status !== 202) return;
    const { id } = answer.body;
    recorded.push({ id, patient, slotId: slot.id, sentAtMs, acknowledgedAtMs: performance.now() });
    known.push({ id, patient, doctor: slot.doctor });
  };
  const body = { reason: 'Mudança de planos' };
  const moves: Move[] = [
    { weight: 40, run: ({ id, patient }) => ask(patient, `/appointments/${id}/reschedule`) },
    { weight: 12, run: ({ id, patient }) => send(patient, `/appointments/${id}/cancel`, body) },
    { weight: 4, run: ({ id, doctor }) => send(doctor, `/appointments/${id}/cancel`, body) },
    { weight: 16, run: ({ id, doctor }) => send(doctor, `/appointments/${id}/confirm`) },
    { weight: 8, run: ({ id, doctor }) => send(doctor, `/appointments/${id}/decline`, body) },
    { weight: 6, run: ({ id }) => options.expire(id).catch(() => {}) },
  ];
  const bag = moves.flatMap((move) => Array.from({ length: move.weight }, () => move));
  const client = async () => {
    while (!options.until()) {
      if (known.length === 0 || random.chance(0.3)) await ask(random.pick(world.patients), '/appointments');
      else {
        const live = random.chance(0.6) ? await pickLive(api, world, random) : undefined;
        await random.pick(bag).run(live ?? random.pick(known.slice(-40)));
      }
      await new Promise((resolve) => setTimeout(resolve, random.below(25)));
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));
  return recorded;
}

/** An appointment that holds its slot at the moment, most likely. */
async function pickLive(api: Api, world: World, random: Random): Promise<Known | undefined> {
  const doctor = random.pick(world.doctors);
  const status = random.pick(['awaiting_confirmation', 'confirmed']);
  const { token } = doctor;
  const answer = await api
    .call<Page<Appointment>>('GET', `/appointments?limit=100&status=${status}`, { token })
    .catch(() => undefined);
  if (answer?.status !== 200 || answer.body.items.length === 0) return undefined;
  const { id, patientId } = random.pick(answer.body.items);
  const patient = world.patients.find((each) => each.id === patientId);
  return patient && { id, patient, doctor };
}

/** Holds what became of it all against I1 to I3 and the rules of rescheduling, reading only through the API. */
export async function assertReschedulesHold(api: Api, world: World, recorded: Recorded[]): Promise<Final[]> {
  const finals = await eventually(() => readAll(api, world, recorded), 60_000);
  const byId = new Map(finals.map((final) => [final.id, final]));
  for (const { id } of recorded) assert.ok(byId.has(id), `the acknowledged request ${id} is lost`);
  for (const final of finals) assertLifeIsAllowed(final);
  assertNoConflict(finals);
  assertNoneOvertaken(finals);
  assertReplacedOnce(finals, byId);
  await eventually(() => assertClaimsMatch(api, world), 20_000);
  await assertAnnouncedOnce(api, world, finals);
  return finals;
}

/** Everything the patients have, acknowledged or not, once all of it is decided. */
async function readAll(api: Api, world: World, recorded: Recorded[]): Promise<Final[]> {
  const times = new Map(recorded.map((each) => [each.id, each]));
  const finals: Final[] = [];
  for (const patient of world.patients) {
    const { token } = patient;
    let cursor = '';
    do {
      const path = `/appointments?limit=100${cursor && `&cursor=${cursor}`}`;
      const page = await api.expect<Page<Appointment>>(200, 'GET', path, { token });
      for (const appointment of page.items) {
        const { id, slotId } = appointment;
        assert.notEqual(appointment.status, 'requested', 'a request is still undecided');
        const { items: history } = await api.expect<Page<HistoryEntry>>(
          200,
          'GET',
          `/appointments/${id}/history`,
          { token },
        );
        const unknown = { sentAtMs: Number.NaN, acknowledgedAtMs: Number.NaN };
        finals.push({ ...(times.get(id) ?? { id, slotId, patient, ...unknown }), appointment, history });
      }
      cursor = page.nextCursor ?? '';
    } while (cursor);
  }
  return finals;
}

const lives =
  /^requested>(rejected|cancelled|awaiting_confirmation(>confirmed)?(>cancelled|>replaced)?|awaiting_confirmation>declined)$/;

function assertLifeIsAllowed({ id, appointment, history }: Final): void {
  const life = history.map(({ status }) => status).join('>');
  assert.match(life, lives, `${id} went ${life}`);
  assert.equal(history.at(-1)?.status, appointment.status, `${id} is not as its history ends`);
}

function assertNoConflict(finals: Final[]): void {
  const held = finals.filter(({ appointment }) => isHolding(appointment.status));
  assert.equal(new Set(held.map(({ slotId }) => slotId)).size, held.length, 'a slot is held twice');
  for (const own of Map.groupBy(held, ({ patient }) => patient.id).values()) {
    const inOrder = own
      .map(({ appointment }) => appointment)
      .sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
    for (const [index, { startsAt }] of inOrder.entries()) {
      const before = inOrder[index - 1];
      assert.ok(!before || before.endsAt <= startsAt, 'a patient is in two places at once');
    }
  }
}

const wasBooked = ({ history }: Final) => history.some(({ status }) => status === 'awaiting_confirmation');

/**
 * Each replaced appointment has exactly one successor that was booked, each such successor replaced its original,
 * and a request that failed to replace left its original alone: it was closed by something else, or lives.
 */
function assertReplacedOnce(finals: Final[], byId: Map<string, Final>): void {
  const replacements = finals.filter(({ appointment }) => appointment.replacesId);
  const successors = Map.groupBy(replacements.filter(wasBooked), ({ appointment }) => appointment.replacesId);
  for (const { id, appointment } of finals) {
    const count = successors.get(id)?.length ?? 0;
    assert.equal(
      count,
      appointment.status === 'replaced' ? 1 : 0,
      `${id} is ${appointment.status} and has ${count}`,
    );
  }
  for (const { id, appointment, patient } of replacements) {
    const original = byId.get(appointment.replacesId ?? '');
    assert.equal(original?.patient.id, patient.id, `${id} replaces a stranger's`);
    if (appointment.statusReason !== 'original_closed') continue;
    // Not by time: both steps may be under way at once, and each is dated by the start of its transaction.
    const closed = original?.history.at(-1);
    assert.ok(closed && !isHolding(closed.status), `${id} was refused although its original is open`);
  }
}
