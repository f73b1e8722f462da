-- Grows with each change of what an administrator verifies, so that nobody verifies what they did not see.
ALTER TABLE doctors ADD COLUMN revision integer NOT NULL DEFAULT 1;
COMMENT ON COLUMN doctors.revision IS 'Version of name, specialties and RQEs';
