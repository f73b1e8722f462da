-- Keys that a key-management service wrapped, for who keeps them there instead of in a key file. Nothing here opens
-- anything without that service. The current key is the one that was made last.
CREATE TABLE key_encryption_keys (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  wrapped bytea NOT NULL,
  place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE key_encryption_keys IS 'Keys that open data keys, each wrapped by the key-management service';

CREATE TABLE named_keys (
  name text PRIMARY KEY,
  wrapped bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE named_keys IS 'Keys for single purposes with what belongs to them, wrapped by the key-management service';
