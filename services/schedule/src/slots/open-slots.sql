-- A doctor's open slots between two times, after a position, in order. $1 doctor, $2 now, $3 from, $4 to (exclusive),
-- $5 and $6 the position's start and id, $7 how many.
SELECT id, schedule_id, starts_at, ends_at, time_zone FROM open_slots
WHERE doctor_id = $1::uuid
  AND starts_at >= $3::timestamptz AND starts_at < $4::timestamptz
  AND starts_at >= $5::timestamptz AND (starts_at, id) > ($5::timestamptz, $6::uuid)
  AND starts_at > $2::timestamptz + min_booking_notice_minutes * interval '1 minute'
ORDER BY starts_at, id LIMIT $7
