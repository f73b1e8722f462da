-- Stores requests in the order given, together with their idempotency keys and the hints that wake the
-- appointment-creator. A request whose key is already taken is not stored, and not answered here. One for a slot that its
-- patient holds or waits for is not stored, and answered with that appointment (`yours`); neither is one that is `refused`
-- for what its patient holds, which is only looked at for that.
WITH asked AS (
  SELECT * FROM json_to_recordset($1) AS r (
    id uuid, slot_id uuid, schedule_id uuid, doctor_id uuid, patient_id uuid, starts_at timestamptz,
    ends_at timestamptz, time_zone text, mode text, note text, replaces_id uuid, key_scope text, key_hash text,
    note_address text, note_request_id text, refused boolean)
), theirs AS MATERIALIZED (
  -- By the index of a patient's requests, which storing one visits anyway: a slot keeps its start.
  SELECT asked.id, first.id AS yours
  FROM asked CROSS JOIN LATERAL (
    SELECT b.id FROM booking_requests b LEFT JOIN appointments a ON a.id = b.id
    WHERE b.patient_id = asked.patient_id AND b.starts_at = asked.starts_at AND b.slot_id = asked.slot_id
      AND NOT EXISTS (SELECT FROM closed_requests c WHERE c.id = b.id) AND (a.id IS NULL
        OR a.status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show'))
    ORDER BY b.arrival LIMIT 1) AS first
), admitted AS MATERIALIZED (
  SELECT * FROM asked WHERE NOT refused AND id NOT IN (SELECT id FROM theirs)
), keys AS (
  INSERT INTO idempotency_keys (scope, request_hash, resource_id)
  SELECT decode(key_scope, 'hex'), decode(key_hash, 'hex'), id FROM admitted WHERE key_scope IS NOT NULL
  ORDER BY key_scope
  ON CONFLICT DO NOTHING
  RETURNING resource_id
), accepted AS (
  INSERT INTO booking_requests (id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at, time_zone, mode,
    note, replaces_id)
  SELECT id, slot_id, schedule_id, doctor_id, patient_id, starts_at, ends_at, time_zone, mode, note, replaces_id
  FROM admitted WHERE key_scope IS NULL OR id IN (SELECT resource_id FROM keys)
  RETURNING id, arrival, slot_id, doctor_id, patient_id, replaces_id, requested_at
), waiting AS (
  INSERT INTO undecided_requests (doctor_id, patient_id, arrival, id, slot_id, replaces_id, requested_at)
  SELECT doctor_id, patient_id, arrival, id, slot_id, replaces_id, requested_at FROM accepted
), noted AS (
  -- A note is medical data, so its writing is recorded; without notes nothing is read or written here.
  INSERT INTO audit_entries (actor_id, actor_role, address, request_id, action, resource_kind, resource_id,
    appointment_id, patient_id, outcome)
  SELECT patient_id, 'patient', note_address, note_request_id, 'create', 'note', id, id, patient_id, 'granted'
  FROM admitted WHERE note IS NOT NULL AND id IN (SELECT id FROM accepted)
), woken AS (
  INSERT INTO outbox (topic, key) SELECT DISTINCT 'booking_wake', doctor_id::text FROM accepted
)
SELECT id, requested_at, NULL AS yours FROM accepted
UNION ALL
SELECT id, NULL, yours FROM theirs
