import { appointmentStatuses } from '@consulta/contracts';
import { counter, gauge, histogram } from '@consulta/platform/process';

export const openStreams = gauge({
  name: 'consulta_event_streams_open',
  unit: 'count',
  meaning: 'Event streams that are open',
  labels: {},
});
export const liveEventSeconds = histogram({
  name: 'consulta_live_event_seconds',
  unit: 'seconds',
  meaning: 'Time from a change to its announcement to the open streams, by the clock of the database',
  labels: {},
  bounds: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
export const waits = counter({
  name: 'consulta_waits_total',
  unit: 'count',
  meaning: 'Requests that asked to wait for their decision, by what came of it',
  labels: { outcome: ['decided', 'ran_out', 'not_admitted', 'failed'] },
});
export const bookingRefusals = counter({
  name: 'consulta_booking_refusals_total',
  unit: 'count',
  meaning: 'Requests for an appointment refused for what their patient holds already',
  labels: { reason: ['too_many_requests_open', 'too_many_appointments', 'reschedule_pending'] },
});
export const undecided = gauge({
  name: 'consulta_booking_undecided',
  unit: 'count',
  meaning: 'Requests for an appointment that wait for their decision; counted to 100,000',
  labels: {},
});
export const oldestUndecided = gauge({
  name: 'consulta_booking_oldest_undecided_seconds',
  unit: 'seconds',
  meaning: 'Age of the oldest of those, 0 when there is none',
  labels: {},
});
export const claimsFreed = counter({
  name: 'consulta_claims_freed_total',
  unit: 'count',
  meaning: 'Claims to slots without a live appointment, which the reconciler had to free; none is expected',
  labels: {},
});
export const steps = counter({
  name: 'consulta_appointment_steps_total',
  unit: 'count',
  meaning:
    'Steps taken with appointments after their decision, repetitions among them, by the status they led to',
  labels: {
    // A repeated step shows the appointment as it is, whatever became of it since.
    status: [...appointmentStatuses, 'not_answered'],
  },
});
export const sealLag = gauge({
  name: 'consulta_audit_seal_lag_seconds',
  unit: 'seconds',
  meaning: 'Age of the oldest entry of the audit trail that is not in the chain yet',
  labels: {},
});
export const unsealed = gauge({
  name: 'consulta_audit_unsealed_rows',
  unit: 'count',
  meaning: 'Entries of the audit trail that are not in the chain yet; counted to 100,000',
  labels: {},
});
export const chainBroken = gauge({
  name: 'consulta_audit_chain_broken',
  unit: 'yes or no',
  meaning: 'Whether the audit chain no longer holds the head that was recorded outside the database',
  labels: {},
});
export const invariantViolations = gauge({
  name: 'consulta_invariant_violations',
  unit: 'count',
  meaning:
    'What must never be, found among the latest 1,000 requests: one without a decision that no longer waits, two ' +
    'appointments that hold one slot, two of one patient at a time; and constraints that are gone',
  labels: { invariant: ['request_lost', 'slot_held_twice', 'patient_double_booked', 'constraint_missing'] },
});

/** What the appointment service counts. */
export const appointmentMetrics = [
  ...[openStreams, liveEventSeconds, waits, bookingRefusals, undecided, oldestUndecided, claimsFreed, steps],
  ...[sealLag, unsealed, chainBroken, invariantViolations],
];
