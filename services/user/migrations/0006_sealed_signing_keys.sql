-- Whoever reads the table, a backup or a copy of it signs no tokens: the private halves are encrypted under the key
-- ring. A start of the service encrypts those that stand in clear. One of the version before that is running goes on
-- with the key it has read.
ALTER TABLE signing_keys
  ADD COLUMN private_sealed bytea,
  ALTER COLUMN private_jwk DROP NOT NULL,
  ADD CHECK (num_nonnulls(private_jwk, private_sealed) = 1);
COMMENT ON COLUMN signing_keys.private_jwk IS 'In clear, as versions before wrote it; null once it is encrypted';
COMMENT ON COLUMN signing_keys.private_sealed IS 'The JWK encrypted under a data key of its own, which a key of the key ring wraps';
