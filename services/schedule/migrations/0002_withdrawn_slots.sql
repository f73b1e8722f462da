-- A withdrawn slot that no appointment ever had is deleted an hour later; until then it can be told that it was
-- withdrawn. A release keeps which slot it was of, whichever version of the code writes it.
ALTER TABLE claims ADD COLUMN released_slot_id uuid;
COMMENT ON COLUMN claims.released_slot_id IS 'Which slot was released; null where none had been claimed';
CREATE INDEX claims_released_slot ON claims (released_slot_id) WHERE released_slot_id IS NOT NULL;

CREATE OR REPLACE FUNCTION claims_only_get_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.released_at IS NOT NULL OR NEW.slot_id IS NOT NULL OR NEW.appointment_id <> OLD.appointment_id THEN
    RAISE EXCEPTION 'a claim is only ever released'
      USING ERRCODE = 'integrity_constraint_violation', TABLE = 'claims', CONSTRAINT = 'claims_released_for_good';
  END IF;
  NEW.released_slot_id := OLD.slot_id;
  RETURN NEW;
END $$;

DROP TRIGGER slots_deleted ON slots;
CREATE FUNCTION slots_only_go_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.withdrawn_at IS NULL OR OLD.withdrawn_at > now() - interval '1 hour'
     OR EXISTS (SELECT FROM claims WHERE slot_id = OLD.id)
     OR EXISTS (SELECT FROM claims WHERE released_slot_id = OLD.id) THEN
    RAISE EXCEPTION 'only slots withdrawn for an hour that no appointment had are deleted'
      USING ERRCODE = 'integrity_constraint_violation', TABLE = 'slots', CONSTRAINT = 'never_deleted';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER slots_deleted BEFORE DELETE ON slots FOR EACH ROW EXECUTE FUNCTION slots_only_go_withdrawn();
CREATE INDEX slots_withdrawn ON slots (withdrawn_at, id) WHERE withdrawn_at IS NOT NULL;
COMMENT ON TABLE slots IS
  'Bookable intervals: made and withdrawn, never altered; for an hour, or for good if booked once, withdrawn ones stay';

ALTER TABLE doctors ADD COLUMN slots_made integer NOT NULL DEFAULT 0, ADD COLUMN slots_made_since timestamptz;
COMMENT ON COLUMN doctors.slots_made IS 'Slots that the doctor had made since slots_made_since, which is at most an hour ago';
