-- Stores the first open slot of doctors ($1, locked before this statement so that its view is newer than the lock)
-- at the time $2, and tells the user service of those for whom it is another one.
--
-- A change is looked at once more soon after: a claim or release that was being committed meanwhile compared itself
-- with the old value and said nothing. Without a change the next look is due when the slot comes inside the notice
-- for booking, and every ten minutes, whatever got lost.
WITH found AS (
  SELECT d.id, d.min_booking_notice_minutes * interval '1 minute' AS notice, (
    SELECT o.starts_at FROM open_slots o
    WHERE o.doctor_id = d.id AND o.starts_at > $2::timestamptz
      AND o.starts_at > $2::timestamptz + o.min_booking_notice_minutes * interval '1 minute'
    ORDER BY o.starts_at LIMIT 1) AS first_at
  FROM doctors d WHERE d.id = ANY ($1::uuid[])
), stored AS (
  UPDATE doctors d SET
    next_available_at = f.first_at,
    recheck_at = least(f.first_at - f.notice, $2::timestamptz + CASE
      WHEN d.next_available_at IS DISTINCT FROM f.first_at THEN interval '3 seconds' ELSE interval '10 minutes' END)
  FROM found f WHERE d.id = f.id
  RETURNING d.id, old.next_available_at IS DISTINCT FROM new.next_available_at AS changed
)
INSERT INTO outbox (topic, key) SELECT 'next_available_changed', id::text FROM stored WHERE changed
