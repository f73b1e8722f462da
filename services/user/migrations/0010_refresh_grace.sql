-- A refresh token that comes again at once is honoured once more in the cookie transport: its answer may have been lost,
-- or two tabs woke together. Versions before know nothing of it, and end the session as they always did.
ALTER TABLE refresh_tokens ADD COLUMN used_again_at timestamptz;
COMMENT ON COLUMN refresh_tokens.used_again_at IS 'When the token was honoured although it had been used';
