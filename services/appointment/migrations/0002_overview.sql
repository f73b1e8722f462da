-- An appointment as its people see it: the request and, once it is booked, the appointment.
CREATE VIEW appointment_overview AS
SELECT r.id, r.slot_id, r.schedule_id, r.doctor_id, r.patient_id, r.starts_at, r.ends_at, r.time_zone, r.mode,
  COALESCE(a.status, c.outcome, 'requested') AS status,
  COALESCE(a.status_reason, c.reason) AS status_reason,
  r.note, r.requested_at,
  CASE WHEN c.outcome = 'rejected' THEN c.closed_at ELSE a.booked_at END AS decided_at,
  a.confirmed_at,
  CASE WHEN c.outcome = 'cancelled' THEN c.closed_at ELSE a.cancelled_at END AS cancelled_at,
  COALESCE(a.cancelled_by, c.cancelled_by) AS cancelled_by,
  r.replaces_id
FROM booking_requests r
LEFT JOIN appointments a ON a.id = r.id
LEFT JOIN closed_requests c ON c.id = r.id;

-- The newest event that has been forgotten: who resumes before it must start over.
CREATE TABLE event_stream_floor (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  stream_id bigint NOT NULL
);
INSERT INTO event_stream_floor (stream_id) VALUES (0);
