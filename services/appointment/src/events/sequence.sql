-- Moves the oldest pending events into the numbered stream. Only the holder of the lock runs this, so numbers
-- become visible in their order and a reader that resumes after one misses none. Answers how long each has
-- waited, in seconds.
WITH taken AS (
  DELETE FROM pending_events WHERE position IN (SELECT position FROM pending_events ORDER BY position LIMIT $1)
  RETURNING position, appointment_id, patient_id, doctor_id, status, at
), numbered AS (
  INSERT INTO event_stream (appointment_id, patient_id, doctor_id, status, at)
  SELECT appointment_id, patient_id, doctor_id, status, at FROM taken ORDER BY position
  RETURNING at
)
SELECT coalesce(array_agg(extract(epoch FROM clock_timestamp() - at)::float8), '{}') AS waited FROM numbered
