-- Whoever lists open slots shows by which clock they are meant. Columns are added behind, so that versions before go on.
CREATE OR REPLACE VIEW open_slots AS
  SELECT s.id, s.schedule_id, s.doctor_id, s.starts_at, s.ends_at, d.min_booking_notice_minutes, p.time_zone
  FROM slots s
  JOIN schedules p ON p.id = s.schedule_id AND p.active
  JOIN doctors d ON d.id = s.doctor_id AND d.bookable
  WHERE s.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM claims c WHERE c.slot_id = s.id);
