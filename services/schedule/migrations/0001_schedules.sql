CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE doctors (
  id uuid PRIMARY KEY,
  bookable boolean,
  auto_confirm boolean NOT NULL DEFAULT false,
  confirm_within_hours integer DEFAULT 24 CHECK (confirm_within_hours BETWEEN 1 AND 720),
  min_booking_notice_minutes integer NOT NULL DEFAULT 0 CHECK (min_booking_notice_minutes BETWEEN 0 AND 525600),
  min_cancel_notice_minutes integer NOT NULL DEFAULT 0 CHECK (min_cancel_notice_minutes BETWEEN 0 AND 525600),
  next_available_at timestamptz,
  recheck_at timestamptz
);
CREATE INDEX doctors_recheck ON doctors (recheck_at) WHERE recheck_at IS NOT NULL;
COMMENT ON TABLE doctors IS 'What this service knows of a doctor: booking settings, bookability and the first open slot';
COMMENT ON COLUMN doctors.bookable IS 'As the user service last said; null while it was not asked';
COMMENT ON COLUMN doctors.next_available_at IS 'Start of the first open slot, as last told to the user service';
COMMENT ON COLUMN doctors.recheck_at IS 'When next_available_at is looked at again although nothing was announced';

CREATE TABLE schedules (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  doctor_id uuid NOT NULL REFERENCES doctors (id),
  kind text NOT NULL CHECK (kind IN ('date', 'weekly')),
  active boolean NOT NULL,
  time_zone text NOT NULL,
  slot_minutes integer NOT NULL CHECK (slot_minutes BETWEEN 5 AND 480),
  date date,
  times time[],
  weekdays text[],
  start_time time,
  end_time time,
  valid_from date,
  valid_until date,
  except_dates date[],
  materialized_until date NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT schedules_one_kind CHECK (CASE kind
    WHEN 'date' THEN num_nulls(date, times) = 0
      AND num_nonnulls(weekdays, start_time, end_time, valid_from, valid_until, except_dates) = 0
    ELSE num_nulls(weekdays, start_time, end_time, valid_from, except_dates) = 0
      AND num_nonnulls(date, times) = 0
  END),
  CHECK (start_time < end_time),
  CHECK (valid_from <= valid_until),
  CONSTRAINT schedules_deleted_are_inactive CHECK (deleted_at IS NULL OR NOT active)
);
CREATE INDEX schedules_of_doctor ON schedules (doctor_id, id) WHERE deleted_at IS NULL;
CREATE INDEX schedules_rolling ON schedules (materialized_until) WHERE kind = 'weekly' AND active;
COMMENT ON TABLE schedules IS 'When a doctor offers consultations: at times of one date, or every week';
COMMENT ON COLUMN schedules.materialized_until IS 'Local date up to which, exclusively, its slots are made';
COMMENT ON COLUMN schedules.version IS 'Counts changes; the ETag';

CREATE TABLE slots (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  schedule_id uuid NOT NULL REFERENCES schedules (id),
  doctor_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  CHECK (starts_at < ends_at),
  CONSTRAINT slots_doctor_free EXCLUDE USING gist (doctor_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (withdrawn_at IS NULL)
);
CREATE INDEX slots_of_doctor ON slots (doctor_id, starts_at) WHERE withdrawn_at IS NULL;
CREATE INDEX slots_of_schedule ON slots (schedule_id, starts_at) WHERE withdrawn_at IS NULL;
COMMENT ON TABLE slots IS 'Bookable intervals: made and withdrawn, never altered; withdrawn ones stay resolvable';

-- One row per appointment that ever claimed or was released. A release keeps the row without its slot: the
-- primary key then refuses a claim that arrives later, whatever runs at the same time.
CREATE TABLE claims (
  appointment_id uuid PRIMARY KEY,
  slot_id uuid,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  released_at timestamptz,
  CHECK ((slot_id IS NULL) = (released_at IS NOT NULL))
);
CREATE UNIQUE INDEX claims_slot ON claims (slot_id) WHERE slot_id IS NOT NULL;
COMMENT ON TABLE claims IS 'Which appointment has which slot, and which appointments were released for good';

-- A claimed slot is a live slot, whoever writes. This is a foreign key for whole statements: a declared one is
-- checked row by row, which doubled the cost of a claim (20 against 11 µs), and cannot demand that a slot is live.
-- FOR SHARE excludes a withdrawal until the claim is committed; in the order of ids, so that nobody deadlocks.
CREATE FUNCTION claims_need_live_slots() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  claimed uuid[] := ARRAY(SELECT slot_id FROM written WHERE slot_id IS NOT NULL);
  live bigint;
BEGIN
  -- Tested above the lock, so that no partial index of live slots offers itself in place of the primary key.
  SELECT count(*) FILTER (WHERE withdrawn_at IS NULL) INTO live
  FROM (SELECT withdrawn_at FROM slots WHERE id = ANY (claimed) ORDER BY id FOR SHARE) AS locked;
  IF live <> cardinality(claimed) THEN
    RAISE EXCEPTION 'a claim needs a live slot'
      USING ERRCODE = 'foreign_key_violation', TABLE = 'claims', CONSTRAINT = 'claims_live_slot';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER claims_inserted AFTER INSERT ON claims REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION claims_need_live_slots();

CREATE FUNCTION claims_only_get_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.released_at IS NOT NULL OR NEW.slot_id IS NOT NULL OR NEW.appointment_id <> OLD.appointment_id THEN
    RAISE EXCEPTION 'a claim is only ever released'
      USING ERRCODE = 'integrity_constraint_violation', TABLE = 'claims', CONSTRAINT = 'claims_released_for_good';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER claims_updated BEFORE UPDATE ON claims FOR EACH ROW EXECUTE FUNCTION claims_only_get_released();

-- The row is locked when this runs, so claimers wait, and the query sees every claim committed before.
CREATE FUNCTION slots_only_get_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.schedule_id, NEW.doctor_id, NEW.starts_at, NEW.ends_at)
     IS DISTINCT FROM (OLD.id, OLD.schedule_id, OLD.doctor_id, OLD.starts_at, OLD.ends_at)
     OR OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'a slot is only ever withdrawn'
      USING ERRCODE = 'integrity_constraint_violation', TABLE = 'slots', CONSTRAINT = 'slots_immutable';
  END IF;
  IF EXISTS (SELECT FROM claims WHERE slot_id = OLD.id) THEN
    RAISE EXCEPTION 'a claimed slot cannot be withdrawn'
      USING ERRCODE = 'foreign_key_violation', TABLE = 'slots', CONSTRAINT = 'slots_claimed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER slots_updated BEFORE UPDATE ON slots FOR EACH ROW EXECUTE FUNCTION slots_only_get_withdrawn();

CREATE FUNCTION never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'never_deleted';
END $$;
CREATE TRIGGER slots_deleted BEFORE DELETE ON slots FOR EACH STATEMENT EXECUTE FUNCTION never_deleted();
CREATE TRIGGER claims_deleted BEFORE DELETE ON claims FOR EACH STATEMENT EXECUTE FUNCTION never_deleted();

-- What can be booked, apart from the notice, which needs the clock. Everyone who asks what is open asks here.
CREATE VIEW open_slots AS
  SELECT s.id, s.schedule_id, s.doctor_id, s.starts_at, s.ends_at, d.min_booking_notice_minutes
  FROM slots s
  JOIN schedules p ON p.id = s.schedule_id AND p.active
  JOIN doctors d ON d.id = s.doctor_id AND d.bookable
  WHERE s.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM claims c WHERE c.slot_id = s.id);
