-- Which of these appointments have a claim or had one.
SELECT appointment_id, released_at IS NOT NULL AS released FROM claims WHERE appointment_id = ANY ($1::uuid[])
