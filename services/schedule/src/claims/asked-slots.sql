-- What stands against each slot asked for ($1) at the time $2, and who holds it. LIMIT keeps the claims from
-- being joined as a whole.
SELECT s.id AS slot_id,
  c.appointment_id AS held_by,
  CASE
    WHEN c.appointment_id IS NOT NULL THEN NULL
    WHEN s.withdrawn_at IS NOT NULL OR NOT p.active THEN 'slot_withdrawn'
    WHEN d.bookable IS NOT TRUE THEN 'doctor_unavailable'
    WHEN s.starts_at <= $2::timestamptz + d.min_booking_notice_minutes * interval '1 minute' THEN 'slot_withdrawn'
  END AS refusal,
  d.auto_confirm,
  d.confirm_within_hours,
  d.min_cancel_notice_minutes,
  CASE WHEN s.starts_at <= d.next_available_at THEN d.id END AS first_slot_of
FROM slots s
JOIN schedules p ON p.id = s.schedule_id
JOIN doctors d ON d.id = s.doctor_id
LEFT JOIN LATERAL (SELECT appointment_id FROM claims WHERE slot_id = s.id LIMIT 1) c ON true
WHERE s.id = ANY ($1::uuid[])
