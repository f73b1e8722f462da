import assert from 'node:assert/strict';
import { type Api, apiAt } from '../../support/api.ts';
import {
  assertHistoryHolds,
  bookAndRecord,
  publishMornings,
  type Recorded,
  type World,
} from '../../support/booking-history.ts';
import { eventually } from '../../support/eventually.ts';
import { doctorInput, join, type Person, patientInput } from '../../support/people.ts';
import type { Random } from '../../support/random.ts';

/** What is promised is 15 s; a test waits five times as long, so that a busy machine fails none. */
const servedWithinMs = 75_000;

export type Workload = {
  api: Api;
  world: World;
  /** Milliseconds from the instant (this process's clock) to the first booking sent after it and acknowledged. */
  servedAgainAfter: (instantMs: number) => Promise<number>;
  /** Holds what was acknowledged since the last such check against the invariants. */
  assertNothingLost: () => Promise<void>;
  /** Ends the load and holds everything that was ever acknowledged against the invariants. */
  finish: () => Promise<number>;
};

/** A few patients who keep booking and cancelling with a few doctors, and what they were told. */
export async function startWorkload(url: string, random: Random): Promise<Workload> {
  const api = apiAt(url);
  const world = await populate(api);
  const recorded: Recorded[] = [];
  let over = false;
  const booking = bookAndRecord(api, world, random, {
    clients: 3,
    pauseMs: 120,
    until: () => over,
    recorded,
  });
  // What it fails with is thrown by `finish`.
  booking.catch(() => {});
  let checked = 0;
  return {
    api,
    world,
    servedAgainAfter: (instantMs) =>
      eventually(async () => {
        const first = recorded.find(({ sentAtMs }) => sentAtMs >= instantMs);
        assert.ok(first, 'no booking was acknowledged after the fault');
        return first.acknowledgedAtMs - instantMs;
      }, servedWithinMs),
    assertNothingLost: async () => {
      const since = recorded.slice(checked);
      checked += since.length;
      await assertHistoryHolds(api, world, since);
    },
    finish: async () => {
      over = true;
      await booking;
      await assertHistoryHolds(api, world, recorded);
      return recorded.length;
    },
  };
}

async function populate(api: Api): Promise<World> {
  const people = async (count: number, input: typeof patientInput) => {
    const made: Person[] = [];
    for (let i = 0; i < count; i += 1) made.push(await join(api, input()));
    return made;
  };
  const doctors = await people(2, doctorInput);
  const patients = await people(6, patientInput);
  return { doctors, patients, slots: await publishMornings(api, doctors) };
}
