import type { SlotTimes } from './expansion.ts';

export type LiveSlot = SlotTimes & { id: string };

/** A slot's interval as a key: two slots of a schedule are the same slot when both ends agree. */
const keyOf = ({ startsAtMs, endsAtMs }: SlotTimes) => `${startsAtMs}-${endsAtMs}`;

/**
 * The live slots that may have to go when a schedule changes: those it no longer makes, and, where it makes
 * none because it is inactive, all.
 */
export function slotsInQuestion(live: LiveSlot[], desired: SlotTimes[], active: boolean): LiveSlot[] {
  if (!active) return live;
  const wanted = new Set(desired.map(keyOf));
  return live.filter((slot) => !wanted.has(keyOf(slot)));
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
  const wanted = new Set(desired.map(keyOf));
  const taken = inQuestion.filter(({ id }) => takenIds.has(id));
  const vanishing = taken.filter((slot) => !wanted.has(keyOf(slot)));
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
  const existing = new Set(live.map(keyOf));
  const busyUntilMs = Math.max(nowMs, ...running.map(({ endsAtMs }) => endsAtMs));
  return desired.filter((slot) => {
    if (slot.startsAtMs <= nowMs || existing.has(keyOf(slot))) return false;
    return running.length === 0 || slot.startsAtMs >= busyUntilMs;
  });
}
