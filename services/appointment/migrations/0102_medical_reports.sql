-- Medical reports. What was issued is never altered or deleted; a correction is a further version.
CREATE TABLE medical_reports (
  id uuid PRIMARY KEY,
  appointment_id uuid NOT NULL REFERENCES appointments (id),
  doctor_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX medical_reports_appointment ON medical_reports (appointment_id, id);
CREATE INDEX medical_reports_patient ON medical_reports (patient_id, id);

CREATE TABLE medical_report_versions (
  report_id uuid NOT NULL REFERENCES medical_reports (id),
  version integer NOT NULL CHECK (version > 0),
  content_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (report_id, version)
);
CREATE INDEX medical_report_versions_key ON medical_report_versions (substring(content_sealed, 2, 8));
COMMENT ON COLUMN medical_report_versions.content_sealed IS
  'Encrypted: title, body, CID-10 codes, reason, and both identities as they were at the issue';

CREATE FUNCTION refuse_report_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'medical reports are never altered or deleted' USING ERRCODE = 'restrict_violation';
END $$;

-- Everything of a sealed text after its wrapped data key: nonce, ciphertext and tag.
CREATE FUNCTION sealed_content(sealed bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT substring(sealed, 12 + 256 * get_byte(sealed, 9) + get_byte(sealed, 10))
$$;

-- Rotating keys wraps a version's data key anew; the content itself stays byte for byte.
CREATE FUNCTION allow_only_rewrapping() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.report_id, NEW.version, NEW.created_at) IS NOT DISTINCT FROM (OLD.report_id, OLD.version, OLD.created_at)
    AND length(NEW.content_sealed) >= 11 AND substring(NEW.content_sealed, 2, 8) <> substring(OLD.content_sealed, 2, 8)
    AND sealed_content(NEW.content_sealed) = sealed_content(OLD.content_sealed)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'medical reports are never altered or deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER medical_reports_keep BEFORE UPDATE OR DELETE ON medical_reports
  FOR EACH ROW EXECUTE FUNCTION refuse_report_change();
CREATE TRIGGER medical_reports_keep_all BEFORE TRUNCATE ON medical_reports
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();
CREATE TRIGGER medical_report_versions_rewrap BEFORE UPDATE ON medical_report_versions
  FOR EACH ROW EXECUTE FUNCTION allow_only_rewrapping();
CREATE TRIGGER medical_report_versions_keep BEFORE DELETE ON medical_report_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_report_change();
CREATE TRIGGER medical_report_versions_keep_all BEFORE TRUNCATE ON medical_report_versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_report_change();
