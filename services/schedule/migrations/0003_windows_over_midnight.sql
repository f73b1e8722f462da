-- A weekly window may end at midnight or cross it.
ALTER TABLE schedules DROP CONSTRAINT schedules_check;
ALTER TABLE schedules ADD CONSTRAINT schedules_window CHECK (start_time <> end_time);

-- Where something stood in a weekly schedule's way its slots were passed over; now it comes back to them. It is not
-- known which were, so each looks through all that it has made.
ALTER TABLE schedules ADD COLUMN skipped_from date;
COMMENT ON COLUMN schedules.skipped_from IS
  'Local date from which slots were passed over, since others were in their way; null if none were';
UPDATE schedules SET skipped_from = valid_from WHERE kind = 'weekly' AND active;

-- An inactive schedule keeps a slot for its appointment only.
UPDATE slots s SET withdrawn_at = now()
FROM schedules p
WHERE p.id = s.schedule_id AND NOT p.active AND s.withdrawn_at IS NULL
  AND NOT EXISTS (SELECT FROM claims c WHERE c.slot_id = s.id);
