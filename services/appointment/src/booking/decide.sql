-- Writes the decisions on a chunk of requests, with their events, in one statement.
-- $1: what the claims say of each request, as JSON:
--   verdict 'win' (it has the claim), 'lose' (another has it), 'refuse' (nobody can have it, for `reason`)
-- Requests that are decided or cancelled by now drop out. Winners go in sorted by patient and arrival, so that
-- chunks cannot deadlock on a patient's overlaps; what does not come back is refused. A loser is refused only
-- when its slot is really held; otherwise it stays undecided and is tried again.
WITH asked AS (
  SELECT * FROM json_to_recordset($1) AS a (id uuid, verdict text, reason text, auto_confirm boolean,
    confirm_within_hours integer)
), locked AS MATERIALIZED (
  SELECT r.id, r.arrival, r.slot_id, r.doctor_id, r.patient_id, r.starts_at, r.ends_at,
    a.verdict, a.reason, a.auto_confirm, a.confirm_within_hours
  FROM asked a JOIN booking_requests r ON r.id = a.id
  WHERE r.decision IS NULL
  ORDER BY r.id
  FOR NO KEY UPDATE OF r
), booked AS (
  INSERT INTO appointments (id, slot_id, doctor_id, patient_id, starts_at, ends_at, status, booked_as, confirm_by,
    confirmed_at)
  SELECT id, slot_id, doctor_id, patient_id, starts_at, ends_at,
    CASE WHEN auto_confirm THEN 'confirmed' ELSE 'awaiting_confirmation' END,
    CASE WHEN auto_confirm THEN 'confirmed' ELSE 'awaiting_confirmation' END,
    CASE WHEN NOT auto_confirm THEN LEAST(now() + make_interval(hours => confirm_within_hours), starts_at) END,
    CASE WHEN auto_confirm THEN now() END
  FROM locked WHERE verdict = 'win'
  ORDER BY patient_id, arrival
  ON CONFLICT DO NOTHING
  RETURNING id, slot_id, status
), outcome AS (
  SELECT l.id, l.verdict,
    CASE
      WHEN b.id IS NOT NULL THEN 'booked'
      WHEN l.verdict IN ('win', 'refuse') THEN 'rejected'
      WHEN l.slot_id IN (SELECT slot_id FROM booked) OR h.held THEN 'rejected'
    END AS decision,
    CASE
      WHEN b.id IS NOT NULL THEN NULL
      WHEN l.verdict = 'refuse' THEN l.reason
      WHEN l.verdict = 'win' AND NOT h.held THEN 'patient_busy'
      ELSE 'slot_taken'
    END AS decision_reason,
    b.status
  FROM locked l
  LEFT JOIN booked b ON b.id = l.id
  CROSS JOIN LATERAL (SELECT b.id IS NULL AND l.verdict <> 'refuse' AND EXISTS (
    SELECT FROM appointments a WHERE a.slot_id = l.slot_id
      AND a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show')) AS held) h
), decided AS (
  UPDATE booking_requests r
  SET decision = o.decision, decision_reason = o.decision_reason, decided_at = now()
  FROM outcome o
  WHERE r.id = o.id AND o.decision IS NOT NULL
  RETURNING r.id, r.patient_id, r.doctor_id, COALESCE(o.status, 'rejected') AS status, o.verdict
), events AS (
  INSERT INTO pending_events (appointment_id, patient_id, doctor_id, status)
  SELECT id, patient_id, doctor_id, status FROM decided
), releases AS (
  INSERT INTO outbox (topic, key)
  SELECT 'claim_released', id::text FROM decided WHERE verdict = 'win' AND status = 'rejected'
)
SELECT id, status FROM decided
