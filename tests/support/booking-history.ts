import assert from 'node:assert/strict';
import { type Appointment, type HistoryEntry, isHolding, type Schedule } from '@consulta/contracts';
import type { Api } from './api.ts';
import { followEvents } from './event-stream.ts';
import { eventually } from './eventually.ts';
import { type Person, publishSlots } from './people.ts';
import type { Random } from './random.ts';

/** One acknowledged request, as its client saw it; times are this process's monotonic clock. */
export type Recorded = {
  id: string;
  patient: Person;
  slotId: string;
  sentAtMs: number;
  acknowledgedAtMs: number;
};

export type World = { doctors: Person[]; patients: Person[]; slots: { id: string; doctor: Person }[] };

/** Half-hour slots of each doctor on one morning. */
export async function publishMornings(api: Api, doctors: Person[]): Promise<World['slots']> {
  const times = Array.from(
    { length: 16 },
    (_, i) => `${String(7 + Math.floor(i / 2)).padStart(2, '0')}:${i % 2 ? '30' : '00'}`,
  );
  const slots: World['slots'] = [];
  for (const doctor of doctors) {
    for (const { id } of await publishSlots(api, doctor, times)) slots.push({ id, doctor });
  }
  return slots;
}

/**
 * Clients that ask, and now and then cancel, until told to stop. A call that fails on the way (the server was
 * killed) is not recorded: nothing was acknowledged.
 *
 * @param options.pauseMs each client waits this long between its requests; not at all unless said
 * @param options.recorded where requests are noted as they are acknowledged
 */
export async function bookAndRecord(
  api: Api,
  world: World,
  random: Random,
  options: { clients: number; until: () => boolean; pauseMs?: number; recorded?: Recorded[] },
): Promise<Recorded[]> {
  const { recorded = [], pauseMs = 0 } = options;
  const client = async () => {
    while (!options.until()) {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const patient = random.pick(world.patients);
      const slot = random.pick(world.slots);
      const sentAtMs = performance.now();
      const answer = await api
        .call<Appointment>('POST', '/appointments', { token: patient.token, body: { slotId: slot.id } })
        .catch(() => undefined);
      if (answer?.status === 202) {
        const { id } = answer.body;
        recorded.push({ id, patient, slotId: slot.id, sentAtMs, acknowledgedAtMs: performance.now() });
        if (random.chance(0.2)) {
          const body = { reason: 'Mudança de planos' };
          await api
            .call('POST', `/appointments/${id}/cancel`, { token: patient.token, body })
            .catch(() => {});
        }
      } else if (!answer) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      } else {
        // Patients are picked by chance, and now and then one who has the slot or waits for it.
        const { code } = answer.body as { code?: string };
        const fair = [503, 401].includes(answer.status) || code === 'already_yours';
        assert.ok(fair, `a request was answered ${answer.status} ${code}`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));
  return recorded;
}

/** A recorded request with what became of it. */
export type Final = Recorded & { appointment: Appointment; history: HistoryEntry[] };

/** Holds what the clients recorded against the invariants I1, I2 and I3, reading only through the API. */
export async function assertHistoryHolds(api: Api, world: World, recorded: Recorded[]): Promise<Final[]> {
  const finals: Final[] = [];
  for (const each of recorded) finals.push(await eventually(() => readFinal(api, each), 60_000));
  assertOneDecisionEach(finals);
  assertNoneOvertaken(finals);
  assertNoConflict(finals);
  await assertAnnouncedOnce(api, world, finals);
  await eventually(() => assertClaimsMatch(api, world), 20_000);
  return finals;
}

async function readFinal(api: Api, each: Recorded): Promise<Final> {
  const { token } = each.patient;
  const appointment = await api.expect<Appointment>(200, 'GET', `/appointments/${each.id}`, { token });
  assert.notEqual(appointment.status, 'requested', 'an acknowledged request is still undecided');
  const { items } = await api.expect<{ items: HistoryEntry[] }>(
    200,
    'GET',
    `/appointments/${each.id}/history`,
    { token },
  );
  return { ...each, appointment, history: items };
}

const wasBooked = ({ history }: Final) => history.some(({ status }) => status === 'awaiting_confirmation');

function assertOneDecisionEach(finals: Final[]): void {
  for (const { id, history } of finals) {
    const statuses = history.map(({ status }) => status);
    const allowed = [
      'requested>rejected',
      'requested>cancelled',
      'requested>awaiting_confirmation',
      'requested>awaiting_confirmation>cancelled',
    ];
    assert.ok(allowed.includes(statuses.join('>')), `${id} went ${statuses.join('>')}`);
  }
}

/**
 * I2: who is refused `slot_taken` lost to someone who was sent before the refused one was acknowledged. When a request
 * was sent whose acknowledgement got lost with a killed server nobody knows: it may have come before any other.
 */
export function assertNoneOvertaken(finals: Final[]): void {
  const earliestWinner = new Map<string, number>();
  for (const final of finals.filter(wasBooked)) {
    const known = earliestWinner.get(final.slotId) ?? Number.POSITIVE_INFINITY;
    const sentAtMs = Number.isNaN(final.sentAtMs) ? Number.NEGATIVE_INFINITY : final.sentAtMs;
    earliestWinner.set(final.slotId, Math.min(known, sentAtMs));
  }
  for (const { id, slotId, acknowledgedAtMs, appointment } of finals) {
    if (appointment.statusReason !== 'slot_taken' || Number.isNaN(acknowledgedAtMs)) continue;
    const winnerSentAtMs = earliestWinner.get(slotId);
    // The winner may be a request whose acknowledgement got lost with a killed server; then nobody recorded it.
    if (winnerSentAtMs === undefined) continue;
    assert.ok(winnerSentAtMs <= acknowledgedAtMs, `${id} was refused in favour of one sent later`);
  }
}

function assertNoConflict(finals: Final[]): void {
  const held = finals.filter(({ appointment }) => isHolding(appointment.status));
  const slots = held.map(({ slotId }) => slotId);
  assert.equal(new Set(slots).size, slots.length, 'a slot is held twice');
  const starts = held.map(({ patient, appointment }) => `${patient.id} ${appointment.startsAt}`);
  assert.equal(new Set(starts).size, starts.length, 'a patient holds two appointments at the same time');
}

/** Each decision appears once in the patient's live stream, read from its beginning. */
export async function assertAnnouncedOnce(api: Api, world: World, finals: Final[]): Promise<void> {
  for (const patient of world.patients) {
    const own = finals.filter((final) => final.patient.id === patient.id);
    const last = own.at(-1);
    if (!last) continue;
    const stream = await followEvents(api.url, patient.token, '0');
    const seen = (id: string) => stream.events.filter(({ data }) => data.includes(id));
    await eventually(async () => {
      for (const { id, history } of own) assert.equal(seen(id).length, history.length - 1, `events of ${id}`);
    });
    await stream.close();
  }
}

/** No claim without a live appointment, and no appointment without its claim: seen from the doctors' slots. */
export async function assertClaimsMatch(api: Api, world: World): Promise<void> {
  for (const doctor of world.doctors) {
    const { token } = doctor;
    const taken = new Map<string, string | undefined>();
    const schedules = await api.expect<{ items: Schedule[] }>(200, 'GET', '/schedules?limit=100', { token });
    for (const { id } of schedules.items) {
      type Slots = { items: { id: string; status: string; appointmentId?: string }[] };
      const { items } = await api.expect<Slots>(200, 'GET', `/schedules/${id}/slots?limit=100`, { token });
      for (const slot of items) if (slot.status === 'taken') taken.set(slot.id, slot.appointmentId);
    }
    const held = new Map<string, string>();
    let cursor = '';
    do {
      type Page = { items: Appointment[]; nextCursor: string | null };
      const path = `/appointments?limit=100${cursor && `&cursor=${cursor}`}`;
      const page = await api.expect<Page>(200, 'GET', path, { token });
      for (const each of page.items) if (isHolding(each.status)) held.set(each.slotId, each.id);
      cursor = page.nextCursor ?? '';
    } while (cursor);
    assert.deepEqual([...taken].sort(), [...held].sort());
  }
}
