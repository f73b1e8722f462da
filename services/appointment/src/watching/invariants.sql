-- What must never be, among the latest requests. By primary keys and the index of holders.
WITH latest AS MATERIALIZED (
  SELECT id, slot_id, patient_id, starts_at, ends_at FROM booking_requests ORDER BY id DESC LIMIT 1000
), holders AS MATERIALIZED (
  SELECT a.id, a.slot_id, a.patient_id, a.starts_at, a.ends_at FROM latest JOIN appointments a USING (id)
  WHERE a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show')
)
SELECT
  (SELECT count(*)::integer FROM latest r
    WHERE NOT EXISTS (SELECT FROM undecided_requests u WHERE u.id = r.id)
      AND NOT EXISTS (SELECT FROM appointments a WHERE a.id = r.id)
      AND NOT EXISTS (SELECT FROM closed_requests c WHERE c.id = r.id)) AS request_lost,
  (SELECT count(*)::integer FROM holders h WHERE EXISTS (SELECT FROM appointments a
    WHERE a.slot_id = h.slot_id AND a.id <> h.id
      AND a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show'))) AS slot_held_twice,
  (SELECT count(*)::integer FROM holders h WHERE EXISTS (SELECT FROM holders o
    WHERE o.patient_id = h.patient_id AND o.id <> h.id
      AND tstzrange(o.starts_at, o.ends_at) && tstzrange(h.starts_at, h.ends_at))) AS patient_double_booked,
  2 - (SELECT count(*)::integer FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relname IN ('appointments_slot_held', 'appointments_patient_free') AND indisvalid
      AND (indisunique OR indisexclusion)) AS constraint_missing
