-- Patients' files. The content lies encrypted in the blob store; the row is what makes it count.
CREATE TABLE files (
  id uuid PRIMARY KEY,
  appointment_id uuid NOT NULL REFERENCES booking_requests (id),
  patient_id uuid NOT NULL,
  storage_key text NOT NULL UNIQUE,
  name_sealed bytea NOT NULL,
  content_key bytea NOT NULL,
  media_type text NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX files_appointment ON files (appointment_id, id);
CREATE INDEX files_patient ON files (patient_id, id);
CREATE INDEX files_name_key ON files (substring(name_sealed, 2, 8));
CREATE INDEX files_content_key ON files (substring(content_key, 2, 8));
COMMENT ON COLUMN files.name_sealed IS 'Encrypted: a name such as an examination''s tells of health';
COMMENT ON COLUMN files.content_key IS 'The data key of the content, wrapped';
COMMENT ON COLUMN files.sha256 IS 'Of the plaintext, checked on every read';

-- What a patient's committed files take, changed in the transaction that adds or removes one.
CREATE TABLE file_usage (
  patient_id uuid PRIMARY KEY,
  bytes bigint NOT NULL CHECK (bytes >= 0)
);

-- A doctor's access to a file. Revoked ones stay, as the record of what was once shared with whom.
CREATE TABLE file_accesses (
  id uuid PRIMARY KEY,
  file_id uuid NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  doctor_id uuid NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE UNIQUE INDEX file_accesses_unrevoked ON file_accesses (file_id, doctor_id) WHERE revoked_at IS NULL;
CREATE INDEX file_accesses_file ON file_accesses (file_id, id);
