-- What each of the given patients holds in the future, by doctor: booked (`held`), of that unconfirmed or undecided
-- (`open`), and what is moving there from another doctor and undecided (`arriving`). A request that moves an appointment
-- counts nowhere else: it gives up what is counted. Only live rows are read, so what was cancelled costs nothing.
SELECT p.patient_id, h.doctor_id, count(*) FILTER (WHERE NOT h.moving)::integer AS held,
  count(*) FILTER (WHERE h.open AND NOT h.moving)::integer AS open, count(*) FILTER (WHERE h.moving)::integer AS arriving
FROM unnest($1::uuid[]) AS p (patient_id)
CROSS JOIN LATERAL (
  SELECT a.doctor_id, a.status = 'awaiting_confirmation' AS open, false AS moving FROM appointments a
  WHERE a.patient_id = p.patient_id AND tstzrange(a.starts_at, a.ends_at) && tstzrange(now(), NULL)
    AND a.starts_at > now() AND a.status IN ('awaiting_confirmation', 'confirmed')
  UNION ALL
  SELECT u.doctor_id, true, u.replaces_id IS NOT NULL FROM undecided_requests u
  WHERE u.patient_id = p.patient_id AND NOT EXISTS (
    SELECT FROM appointments o WHERE o.id = u.replaces_id AND o.doctor_id = u.doctor_id)
) h
GROUP BY p.patient_id, h.doctor_id
