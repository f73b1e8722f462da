-- What a caller already asked for with a key, so that a repeat gets the same answer (kept 24 h).
CREATE TABLE idempotency_keys (
  scope bytea PRIMARY KEY,
  request_hash bytea NOT NULL,
  resource_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
COMMENT ON COLUMN idempotency_keys.scope IS 'SHA-256 of caller, method, route and key';
COMMENT ON COLUMN idempotency_keys.request_hash IS 'HMAC-SHA-256 of the request under the key: never the body itself';
