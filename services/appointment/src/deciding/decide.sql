-- Writes the decisions on a chunk of requests, with their events, in one statement.
-- $1: what the claims say of each request, by its id, as a JSON object:
--   verdict 'win' (it has the claim), 'lose' (another has it), 'refuse' (nobody can have it, for `reason`)
-- $2: the arrivals of the chunk.
-- Requests that are decided or cancelled by now drop out. Winners go in sorted by patient and arrival, so that
-- chunks cannot deadlock on a patient's overlaps; what does not come back is refused. A loser is refused only
-- when its slot is really held; otherwise it stays undecided and is tried again.
-- Verdicts are looked up in the object and rows found by ctid, because a join with a set of unknown size tempts
-- the planner into comparing each with each.
WITH locked AS MATERIALIZED (
  SELECT u.ctid AS tid, u.id, u.arrival, u.slot_id, u.patient_id, u.requested_at, $1::jsonb -> u.id::text AS asked
  FROM undecided_requests u
  WHERE u.arrival = ANY ($2::bigint[]) AND $1::jsonb ? u.id::text
  ORDER BY u.arrival
  FOR UPDATE
), verdicts AS MATERIALIZED (
  SELECT tid, id, arrival, slot_id, patient_id, requested_at, asked ->> 'verdict' AS verdict, asked ->> 'reason' AS reason,
    (asked ->> 'autoConfirm')::boolean AS auto_confirm, (asked ->> 'confirmWithinHours')::integer AS within_hours,
    (asked ->> 'minCancelNoticeMinutes')::integer AS notice_minutes
  FROM locked
), booked AS (
  INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as, confirm_by,
    confirmed_at, cancel_notice_minutes)
  SELECT r.id, r.slot_id, r.doctor_id, r.patient_id, r.starts_at, r.ends_at,
    CASE WHEN v.auto_confirm THEN 'confirmed' ELSE 'awaiting_confirmation' END,
    CASE WHEN v.auto_confirm THEN 'confirmed' ELSE 'awaiting_confirmation' END,
    CASE WHEN NOT v.auto_confirm THEN LEAST(now() + make_interval(hours => v.within_hours), r.starts_at) END,
    CASE WHEN v.auto_confirm THEN now() END, v.notice_minutes
  FROM verdicts v JOIN booking_requests r ON r.id = v.id
  WHERE v.verdict = 'win'
  ORDER BY r.patient_id, v.arrival
  ON CONFLICT DO NOTHING
  RETURNING id, slot_id, doctor_id, patient_id, status
), refused AS MATERIALIZED (
  SELECT v.tid, v.id, v.verdict, CASE
      WHEN v.verdict = 'refuse' THEN v.reason
      WHEN v.verdict = 'win' AND NOT h.held THEN 'patient_busy'
      WHEN (v.slot_id, v.patient_id) IN (SELECT slot_id, patient_id FROM booked) OR EXISTS (
        SELECT FROM appointments a WHERE a.slot_id = v.slot_id AND a.patient_id = v.patient_id
          AND a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show')) THEN 'already_yours'
      ELSE 'slot_taken'
    END AS reason
  FROM verdicts v
  CROSS JOIN LATERAL (SELECT v.slot_id IN (SELECT slot_id FROM booked) OR EXISTS (
    SELECT FROM appointments a WHERE a.slot_id = v.slot_id
      AND a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show')) AS held) h
  WHERE v.id NOT IN (SELECT id FROM booked) AND (v.verdict IN ('win', 'refuse') OR h.held)
), closed AS (
  INSERT INTO closed_requests (id, outcome, reason) SELECT id, 'rejected', reason FROM refused
), left_line AS (
  DELETE FROM undecided_requests u WHERE u.ctid = ANY (ARRAY(
    SELECT v.tid FROM verdicts v
    WHERE v.id IN (SELECT id FROM booked) OR v.id IN (SELECT id FROM refused)))
), decided AS (
  SELECT id, doctor_id, patient_id, status, NULL AS reason, false AS constrained FROM booked
  UNION ALL
  SELECT r.id, r.doctor_id, r.patient_id, 'rejected', f.reason, f.verdict = 'win' FROM refused f JOIN booking_requests r ON r.id = f.id
), events AS (
  INSERT INTO pending_events (appointment_id, patient_id, doctor_id, status)
  SELECT id, patient_id, doctor_id, status FROM decided
), releases AS (
  INSERT INTO outbox (topic, key) SELECT 'claim_released', id::text FROM refused WHERE verdict = 'win'
)
SELECT d.id, d.status, d.reason, d.constrained,
  extract(epoch FROM clock_timestamp() - v.requested_at)::float8 AS seconds
FROM decided d JOIN verdicts v USING (id)
