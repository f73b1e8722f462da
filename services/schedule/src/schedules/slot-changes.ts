import { type SlotTimes, sameSlots } from './expansion.ts';

export type LiveSlot = SlotTimes & { id: string };

/**
 * The live slots that may have to go when a schedule changes: those it no longer makes, and, where it makes
 * none because it is inactive, all.
 */
export function slotsInQuestion(live: LiveSlot[], desired: SlotTimes[], active: boolean): LiveSlot[] {
  if (!active) return live;
  const wanted = sameSlots(desired);
  return live.filter((slot) => !wanted(slot));
}

export type Replacement = {
  withdraw: LiveSlot[];
  create: SlotTimes[];
  /** Taken slots of the future that would vanish: the change must be refused when there is one. */
  blocking: LiveSlot[];
};

/**
 * What a change of a schedule does to its slots that are not over yet. A slot that did not change stays; a
 * taken one stays too while the inactive schedule still describes it, or when it has begun (then what would
 * overlap it is not made).
 */
export function planReplacement(facts: {
  live: LiveSlot[];
  desired: SlotTimes[];
  active: boolean;
  /** Of the slots in question, those that an appointment holds. */
  takenIds: ReadonlySet<string>;
  nowMs: number;
}): Replacement {
  const { live, desired, active, takenIds, nowMs } = facts;
  const inQuestion = slotsInQuestion(live, desired, active);
  const wanted = sameSlots(desired);
  const taken = inQuestion.filter(({ id }) => takenIds.has(id));
  const vanishing = taken.filter((slot) => !wanted(slot));
  const running = vanishing.filter(({ startsAtMs }) => startsAtMs <= nowMs);
  return {
    withdraw: inQuestion.filter(({ id }) => !takenIds.has(id)),
    create: active ? slotsToCreate(live, desired, running, nowMs) : [],
    blocking: vanishing.filter(({ startsAtMs }) => startsAtMs > nowMs),
  };
}

function slotsToCreate(
  live: LiveSlot[],
  desired: SlotTimes[],
  running: SlotTimes[],
  nowMs: number,
): SlotTimes[] {
  const existing = sameSlots(live);
  const busyUntilMs = Math.max(nowMs, ...running.map(({ endsAtMs }) => endsAtMs));
  return desired.filter((slot) => {
    if (slot.startsAtMs <= nowMs || existing(slot)) return false;
    return running.length === 0 || slot.startsAtMs >= busyUntilMs;
  });
}
