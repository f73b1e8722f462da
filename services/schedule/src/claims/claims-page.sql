-- Claims made before $2, by appointment id, after $1.
SELECT appointment_id, slot_id FROM claims
WHERE appointment_id > $1::uuid AND slot_id IS NOT NULL AND claimed_at < $2::timestamptz
ORDER BY appointment_id LIMIT $3
