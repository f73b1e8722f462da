-- A doctor's own reports, newest first.
CREATE INDEX medical_reports_doctor ON medical_reports (doctor_id, id);
