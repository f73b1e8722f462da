-- Slots by id, withdrawn ones too.
SELECT s.id, s.schedule_id, s.doctor_id, s.starts_at, s.ends_at, p.time_zone
FROM slots s JOIN schedules p ON p.id = s.schedule_id
WHERE s.id = ANY ($1::uuid[])
