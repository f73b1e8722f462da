-- Whom a doctor has met or will meet, and when: read from the index alone. A patient's few appointments are found
-- by the constraint on overlaps.
CREATE INDEX appointments_met ON appointments (doctor_id, patient_id, starts_at)
  WHERE status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show');
