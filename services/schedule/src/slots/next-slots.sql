-- The first $4 open slots of each of these doctors who can be booked, from $3 on at the time $2, with the terms of a
-- booking; a doctor who has none is one row without a slot.
SELECT asked.doctor_id, d.auto_confirm, d.confirm_within_hours, d.min_cancel_notice_minutes,
  o.id, o.schedule_id, o.starts_at, o.ends_at, o.time_zone
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (doctor_id, place)
JOIN doctors d ON d.id = asked.doctor_id AND d.bookable
LEFT JOIN LATERAL (
  SELECT * FROM open_slots
  WHERE doctor_id = asked.doctor_id AND starts_at >= $3::timestamptz AND starts_at > $2::timestamptz
    AND starts_at > $2::timestamptz + min_booking_notice_minutes * interval '1 minute'
  ORDER BY starts_at LIMIT $4) AS o ON true
ORDER BY asked.place, o.starts_at
