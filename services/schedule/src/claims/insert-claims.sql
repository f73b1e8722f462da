-- Gives slots to appointments; what does not come back met another claim or a release, committed or on its way.
-- In the order of slot ids, so that two calls wait for each other in one direction only.
INSERT INTO claims (appointment_id, slot_id)
SELECT appointment_id, slot_id FROM unnest($1::uuid[], $2::uuid[]) AS chosen (appointment_id, slot_id)
ORDER BY slot_id
ON CONFLICT DO NOTHING
RETURNING slot_id
