-- The notice for cancelling that counts is the one in force when an appointment was booked, so it is kept with it. What
-- was booked before notices were kept has none.
ALTER TABLE appointments ADD COLUMN cancel_notice_minutes integer NOT NULL DEFAULT 0
  CHECK (cancel_notice_minutes >= 0);
COMMENT ON COLUMN appointments.cancel_notice_minutes IS 'The doctor''s notice for cancelling at the time of booking';

CREATE OR REPLACE VIEW appointment_overview AS
SELECT r.id, r.slot_id, r.schedule_id, r.doctor_id, r.patient_id, r.starts_at, r.ends_at, r.time_zone, r.mode,
  COALESCE(a.status, c.outcome, 'requested') AS status,
  COALESCE(a.status_reason, c.reason) AS status_reason,
  r.note, r.requested_at,
  CASE WHEN c.outcome = 'rejected' THEN c.closed_at ELSE a.booked_at END AS decided_at,
  a.confirmed_at,
  CASE WHEN c.outcome = 'cancelled' THEN c.closed_at ELSE a.cancelled_at END AS cancelled_at,
  COALESCE(a.cancelled_by, c.cancelled_by) AS cancelled_by,
  r.replaces_id, a.confirm_by, COALESCE(a.cancel_notice_minutes, 0) AS cancel_notice_minutes
FROM booking_requests r
LEFT JOIN appointments a ON a.id = r.id
LEFT JOIN closed_requests c ON c.id = r.id;
