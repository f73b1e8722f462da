-- Who touched which medical data: ids only, written in the transaction of the access itself. A row arrives
-- without a position; one sealer gives position and hash, and after that nothing of it changes any more.
CREATE TABLE audit_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_id uuid,
  actor_role text NOT NULL CHECK (actor_role IN ('patient', 'doctor', 'admin', 'system')),
  action text NOT NULL,
  resource_kind text NOT NULL,
  resource_id uuid NOT NULL,
  appointment_id uuid,
  patient_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('granted', 'refused', 'damaged')),
  address text,
  request_id text,
  position bigint CHECK (position > 0),
  hash bytea CHECK (length(hash) = 32),
  CHECK ((actor_id IS NULL) = (actor_role = 'system')),
  CHECK ((position IS NULL) = (hash IS NULL))
);
CREATE UNIQUE INDEX audit_entries_position ON audit_entries (position) WHERE position IS NOT NULL;
CREATE INDEX audit_entries_unsealed ON audit_entries (id) WHERE position IS NULL;
CREATE INDEX audit_entries_patient ON audit_entries (patient_id, id);
COMMENT ON TABLE audit_entries IS 'Every access to medical data, chained by hash; append-only';
COMMENT ON COLUMN audit_entries.patient_id IS 'Whose data it is';
COMMENT ON COLUMN audit_entries.hash IS 'SHA-256 of the previous position''s hash and this row';

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_entries_arrive_unsealed BEFORE INSERT ON audit_entries
  FOR EACH ROW WHEN (NEW.position IS NOT NULL) EXECUTE FUNCTION refuse_audit_change();
-- Sealing, once, is the only change; the condition keeps it from paying for a function call per row.
CREATE TRIGGER audit_entries_seal_once BEFORE UPDATE ON audit_entries FOR EACH ROW WHEN (
  OLD.position IS NOT NULL OR NEW.position IS NULL
  OR (NEW.id, NEW.at, NEW.actor_id, NEW.actor_role, NEW.action, NEW.resource_kind, NEW.resource_id,
      NEW.appointment_id, NEW.patient_id, NEW.outcome, NEW.address, NEW.request_id)
    IS DISTINCT FROM
     (OLD.id, OLD.at, OLD.actor_id, OLD.actor_role, OLD.action, OLD.resource_kind, OLD.resource_id,
      OLD.appointment_id, OLD.patient_id, OLD.outcome, OLD.address, OLD.request_id)
) EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entries_keep_all BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
