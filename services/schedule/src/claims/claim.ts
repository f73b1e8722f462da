import type { ClaimSlots, ClaimsDecided } from '@consulta/contracts';
import { inPlainTransaction, sqlFile, uuidArray } from '@consulta/platform/database';
import type pg from 'pg';
import { planByIndex } from '../query-plans.ts';
import { retryingRaces } from './races.ts';
import { type Claim, chooseWinners, type SlotDecision } from './rules.ts';

const askedSlotsSql = sqlFile('./asked-slots.sql', import.meta.url);
const historySql = sqlFile('./history.sql', import.meta.url);
const insertClaimsSql = sqlFile('./insert-claims.sql', import.meta.url);
type AskedSlot = {
  slot_id: string;
  held_by: string | null;
  refusal: SlotDecision['refusal'];
  auto_confirm: boolean;
  confirm_within_hours: number | null;
  min_cancel_notice_minutes: number;
  first_slot_of: string | null;
};
type History = { appointment_id: string; released: boolean };

/**
 * Decides claims in the order given, which is the order of arrival, in one transaction of a few statements.
 * Whoever holds a slot keeps it; asking again answers the same. A round that met somebody else's claim or
 * release is committed as far as it got and followed by another on a fresh view, in which the next rival of
 * a slot still free gets it.
 */
export async function claimSlots(
  pool: pg.Pool,
  claims: ClaimSlots['claims'],
  now: Temporal.Instant,
): Promise<ClaimsDecided> {
  for (let round = 0; ; round += 1) {
    const { settled, decided } = await retryingRaces(() =>
      inPlainTransaction(pool, (client) => claimRound(client, claims, now)),
    );
    if (settled) return decided;
    // Every unsettled round means that others got claims or releases in; it cannot go on like this.
    if (round === 100) throw new Error('claims do not settle');
  }
}

async function claimRound(
  client: pg.ClientBase,
  claims: Claim[],
  now: Temporal.Instant,
): Promise<{ settled: boolean; decided: ClaimsDecided }> {
  await client.query(planByIndex);
  const { slots, firstSlotOf } = await readAskedSlots(client, claims, now);
  const history = await client.query<History>({
    ...historySql,
    values: [uuidArray(claims.map(({ appointmentId }) => appointmentId))],
  });
  const withHistory = new Set(history.rows.map((row) => row.appointment_id));
  const winners = chooseWinners(claims, slots, withHistory);
  const got = await insertClaims(client, winners);
  for (const { slotId, appointmentId } of winners) {
    const slot = slots.get(slotId);
    if (slot && got.has(slotId)) slot.heldBy = appointmentId;
  }
  await announce(
    client,
    [...got].map((slotId) => firstSlotOf.get(slotId) ?? null),
  );
  const released = history.rows.filter((row) => row.released).map((row) => row.appointment_id);
  return { settled: got.size === winners.length, decided: { slots: [...slots.values()], released } };
}

async function readAskedSlots(client: pg.ClientBase, claims: Claim[], now: Temporal.Instant) {
  const slots = new Map<string, SlotDecision>();
  for (const { slotId } of claims) slots.set(slotId, unknownSlot(slotId));
  const firstSlotOf = new Map<string, string>();
  const { rows } = await client.query<AskedSlot>({
    ...askedSlotsSql,
    values: [uuidArray([...slots.keys()].sort()), now.toString()],
  });
  for (const row of rows) {
    slots.set(row.slot_id, {
      slotId: row.slot_id,
      heldBy: row.held_by,
      refusal: row.refusal,
      autoConfirm: row.auto_confirm,
      confirmWithinHours: row.confirm_within_hours,
      minCancelNoticeMinutes: row.min_cancel_notice_minutes,
    });
    if (row.first_slot_of !== null) firstSlotOf.set(row.slot_id, row.first_slot_of);
  }
  return { slots, firstSlotOf };
}

const unknownSlot = (slotId: string): SlotDecision => ({
  slotId,
  heldBy: null,
  refusal: 'slot_withdrawn',
  autoConfirm: false,
  confirmWithinHours: null,
  minCancelNoticeMinutes: 0,
});

/** The slots that went to their winners. */
async function insertClaims(client: pg.ClientBase, winners: Claim[]): Promise<Set<string>> {
  if (winners.length === 0) return new Set();
  const { rows } = await client.query<{ slot_id: string }>({
    ...insertClaimsSql,
    values: [
      uuidArray(winners.map(({ appointmentId }) => appointmentId)),
      uuidArray(winners.map(({ slotId }) => slotId)),
    ],
  });
  return new Set(rows.map((row) => row.slot_id));
}

/** Only a claim of a doctor's first open slot makes another one the first. */
async function announce(client: pg.ClientBase, doctorIds: (string | null)[]): Promise<void> {
  const distinct = new Set(doctorIds.filter((id) => id !== null));
  if (distinct.size === 0) return;
  await client.query({
    name: 'announce_availability',
    text: "INSERT INTO outbox (topic, key) SELECT 'availability_changed', unnest($1::uuid[])::text",
    values: [uuidArray([...distinct])],
  });
}
