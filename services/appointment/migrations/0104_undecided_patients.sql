-- Whose request waits, so that what a patient holds is counted from what is live, not from all they ever asked for.
ALTER TABLE undecided_requests ADD COLUMN patient_id uuid;
UPDATE undecided_requests u SET patient_id = r.patient_id FROM booking_requests r WHERE r.id = u.id;
CREATE INDEX undecided_requests_patient ON undecided_requests (patient_id);
