-- What one process at a time does for all: who has it at the moment, and from when on it is to be done again.
CREATE TABLE chores (
  name text PRIMARY KEY,
  holder uuid NOT NULL,
  held_until timestamptz NOT NULL,
  due_at timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE chores IS 'Background work that one process at a time does';
COMMENT ON COLUMN chores.held_until IS 'Renewed while the holder lives; then anybody may take the chore over';
