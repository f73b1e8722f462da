-- The start of each doctor's first open slot at the time $2; null for a doctor without one.
SELECT asked.doctor_id, (
  SELECT starts_at FROM open_slots o
  WHERE o.doctor_id = asked.doctor_id AND o.starts_at > $2::timestamptz
    AND o.starts_at > $2::timestamptz + o.min_booking_notice_minutes * interval '1 minute'
  ORDER BY o.starts_at LIMIT 1) AS next_available_at
FROM unnest($1::uuid[]) AS asked (doctor_id)
