-- A page read by one person is one entry that names what it showed, so that reading is bounded in what it writes:
-- `resource_ids` and `appointment_ids` go together place by place, and so does `patient_ids` where the page shows data
-- of several patients. Entries of one resource stay as they are.
ALTER TABLE audit_entries
  ADD COLUMN resource_ids uuid[],
  ADD COLUMN appointment_ids uuid[],
  ADD COLUMN patient_ids uuid[],
  ALTER COLUMN resource_id DROP NOT NULL,
  ALTER COLUMN patient_id DROP NOT NULL,
  -- Not validated: what was there before cannot break it, and a long trail is not read for it.
  ADD CONSTRAINT audit_entries_page CHECK (
    (resource_id IS NULL) = (resource_ids IS NOT NULL) AND (patient_id IS NULL) = (patient_ids IS NOT NULL)
    AND (resource_ids IS NULL) = (appointment_ids IS NULL) AND (resource_ids IS NOT NULL OR patient_ids IS NULL)
    AND (resource_ids IS NULL OR (appointment_id IS NULL AND cardinality(resource_ids) BETWEEN 1 AND 1000
      AND cardinality(appointment_ids) = cardinality(resource_ids)
      AND coalesce(cardinality(patient_ids), cardinality(resource_ids)) = cardinality(resource_ids)))
  ) NOT VALID;
CREATE INDEX audit_entries_patients ON audit_entries USING gin (patient_ids) WHERE patient_ids IS NOT NULL;
COMMENT ON COLUMN audit_entries.patient_id IS 'Whose data it is; null for a page that shows several patients''';
COMMENT ON COLUMN audit_entries.resource_ids IS 'What a page showed, in its order';
COMMENT ON COLUMN audit_entries.patient_ids IS 'Whose data a page of several patients showed, for each of resource_ids';
COMMENT ON COLUMN audit_entries.hash IS
  'HMAC-SHA-256 of the previous position''s hash and this row; SHA-256 where an earlier version sealed it';

DROP TRIGGER audit_entries_seal_once ON audit_entries;
CREATE TRIGGER audit_entries_seal_once BEFORE UPDATE ON audit_entries FOR EACH ROW WHEN (
  OLD.position IS NOT NULL OR NEW.position IS NULL
  OR (NEW.id, NEW.at, NEW.actor_id, NEW.actor_role, NEW.action, NEW.resource_kind, NEW.resource_id,
      NEW.appointment_id, NEW.patient_id, NEW.outcome, NEW.address, NEW.request_id,
      NEW.resource_ids, NEW.appointment_ids, NEW.patient_ids)
    IS DISTINCT FROM
     (OLD.id, OLD.at, OLD.actor_id, OLD.actor_role, OLD.action, OLD.resource_kind, OLD.resource_id,
      OLD.appointment_id, OLD.patient_id, OLD.outcome, OLD.address, OLD.request_id,
      OLD.resource_ids, OLD.appointment_ids, OLD.patient_ids)
) EXECUTE FUNCTION refuse_audit_change();
