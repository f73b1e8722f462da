-- What the bus refuses for what it is stays here, so that it never stands before other messages.
CREATE TABLE outbox_set_aside (
  message_id uuid PRIMARY KEY,
  topic text NOT NULL,
  key text NOT NULL,
  set_aside_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE outbox_set_aside IS 'Messages that the bus will never take';
COMMENT ON COLUMN outbox_set_aside.key IS 'The id the message is about';
