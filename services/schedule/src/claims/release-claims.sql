-- Releases these appointments for good, whether they claimed before or not. Their doctors' first open slot can
-- only be another one when a slot before it came free.
WITH released AS (
  INSERT INTO claims (appointment_id, released_at)
  SELECT DISTINCT id, now() FROM unnest($1::uuid[]) AS id ORDER BY id
  ON CONFLICT (appointment_id) DO UPDATE SET slot_id = NULL, released_at = now() WHERE claims.released_at IS NULL
  RETURNING old.slot_id
)
INSERT INTO outbox (topic, key)
SELECT DISTINCT 'availability_changed', d.id::text
FROM released r
JOIN slots s ON s.id = r.slot_id
JOIN doctors d ON d.id = s.doctor_id
WHERE s.starts_at > $2::timestamptz AND (d.next_available_at IS NULL OR s.starts_at < d.next_available_at)
