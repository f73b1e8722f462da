-- Releases these appointments for good, whether they claimed before or not. A slot of an inactive schedule goes with
-- its claim; the lock makes this and a change of the schedule take turns, and reads what the change left. The doctors'
-- first open slot can only be another one when a slot before it came free.
WITH released AS (
  INSERT INTO claims (appointment_id, released_at)
  SELECT DISTINCT id, now() FROM unnest($1::uuid[]) AS id ORDER BY id
  ON CONFLICT (appointment_id) DO UPDATE SET slot_id = NULL, released_at = now() WHERE claims.released_at IS NULL
  RETURNING old.slot_id
), freed AS MATERIALIZED (
  SELECT s.id, s.doctor_id, s.starts_at, p.active
  FROM released r
  JOIN slots s ON s.id = r.slot_id
  JOIN schedules p ON p.id = s.schedule_id
  FOR SHARE OF p
), withdrawn AS (
  UPDATE slots s SET withdrawn_at = now() FROM freed f WHERE s.id = f.id AND NOT f.active AND s.withdrawn_at IS NULL
)
INSERT INTO outbox (topic, key)
SELECT DISTINCT 'availability_changed', d.id::text
FROM freed f
JOIN doctors d ON d.id = f.doctor_id
WHERE f.active AND f.starts_at > $2::timestamptz
  AND (d.next_available_at IS NULL OR f.starts_at < d.next_available_at)
