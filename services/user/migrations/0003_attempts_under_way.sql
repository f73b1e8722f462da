-- Attempts that were admitted and have no verdict yet count beside the failures, so that guesses sent at once cannot
-- beat the count, and one whose verdict never came (overload, a lost database) is not taken for a wrong password.
ALTER TABLE login_attempts ADD COLUMN under_way timestamptz[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN login_attempts.under_way IS 'When each attempt without a verdict began; forgotten after a minute';
COMMENT ON TABLE login_attempts IS
  'Wrong passwords in a row: of an identifier and of an account, each at one address and over all addresses';
