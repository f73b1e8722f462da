import { rejectionReasons } from '@consulta/contracts';
import { counter, histogram } from '@consulta/platform/process';

export const decisionSeconds = histogram({
  name: 'consulta_booking_decision_seconds',
  unit: 'seconds',
  meaning:
    'Time from the acceptance of a request for an appointment to its decision, by the clock of the database',
  labels: {},
  bounds: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60],
});
export const decisions = counter({
  name: 'consulta_booking_decisions_total',
  unit: 'count',
  meaning: 'Requests for an appointment decided: what they became, or why they were rejected',
  labels: { outcome: ['awaiting_confirmation', 'confirmed', ...rejectionReasons] },
});
export const constraintRefusals = counter({
  name: 'consulta_booking_constraint_refusals_total',
  unit: 'count',
  meaning: 'Appointments that held their slot and were refused by a constraint: their patient was busy',
  labels: {},
});
export const sweptLines = counter({
  name: 'consulta_booking_sweep_wakeups_total',
  unit: 'count',
  meaning: 'Lines of doctors that the sweep took up, because a request waited longer than 2 s',
  labels: {},
});
export const undecidable = counter({
  name: 'consulta_booking_undecidable_total',
  unit: 'count',
  meaning: 'Attempts at a request that cannot be decided, and is passed over',
  labels: {},
});

/** What the appointment-creator counts. */
export const creatorMetrics = [decisionSeconds, decisions, constraintRefusals, sweptLines, undecidable];
