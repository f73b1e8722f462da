-- Where doctors stood who have moved in the orders of lists: whoever reads a list page by page finds them there, so
-- that nobody is missed or met twice because of a move between two pages. Kept for an hour.
CREATE TABLE doctor_moves (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  doctor_id uuid NOT NULL,
  moved_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  moved_at timestamptz NOT NULL DEFAULT now(),
  next_key bigint NOT NULL,
  price_key integer NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  rating_key integer NOT NULL
);
CREATE INDEX doctor_moves_moved_in ON doctor_moves (moved_in);
CREATE INDEX doctor_moves_moved_at ON doctor_moves (moved_at);
COMMENT ON COLUMN doctor_moves.moved_in IS 'The transaction: whether a page saw it is asked of the page''s snapshot';

CREATE FUNCTION doctor_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO doctor_moves (doctor_id, next_key, price_key, name_key, rating_key)
  VALUES (OLD.doctor_id, OLD.next_key, OLD.consultation_price_cents, OLD.name_key, OLD.rating_key);
  RETURN NULL;
END $$;
CREATE TRIGGER doctor_moved AFTER UPDATE ON doctor_directory FOR EACH ROW
  WHEN (OLD.listed AND (OLD.name_key <> NEW.name_key OR OLD.consultation_price_cents <> NEW.consultation_price_cents
    OR OLD.rating_key <> NEW.rating_key OR OLD.next_key <> NEW.next_key))
  EXECUTE FUNCTION doctor_moved();
