-- Messages written in the transaction that makes them true; the relay publishes and deletes them.
CREATE TABLE outbox (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid NOT NULL DEFAULT uuidv7(),
  topic text NOT NULL,
  key text NOT NULL
);
COMMENT ON TABLE outbox IS 'Messages not yet handed to the bus';
COMMENT ON COLUMN outbox.message_id IS 'Deduplication id on the bus';
COMMENT ON COLUMN outbox.key IS 'The id the message is about; messages of one key stay in order';
