-- People who can sign in. Administrators have neither CPF nor address here.
CREATE TABLE users (
  id uuid PRIMARY KEY,
  role text NOT NULL CHECK (role IN ('patient', 'doctor', 'admin')),
  full_name text NOT NULL,
  social_name text,
  birth_date date,
  email text NOT NULL,
  cpf text CHECK (cpf ~ '^\d{11}$'),
  phone text,
  address jsonb,
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (role = 'admin' OR num_nulls(cpf, phone, address) = 0)
);
CREATE UNIQUE INDEX users_email_taken ON users (lower(email));
CREATE UNIQUE INDEX users_cpf_taken ON users (cpf);
COMMENT ON COLUMN users.address IS 'street, number, complement, neighborhood, city, state, postalCode; a doctor''s is the practice''s';

CREATE TABLE doctors (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  crm_number text NOT NULL CHECK (crm_number ~ '^\d*[1-9]\d*$'),
  crm_state text NOT NULL,
  specialties text[] NOT NULL CHECK (cardinality(specialties) > 0),
  rqes jsonb NOT NULL DEFAULT '[]',
  bio text,
  consultation_price_cents integer NOT NULL CHECK (consultation_price_cents >= 0),
  insurances text[] NOT NULL DEFAULT '{}',
  modes text[] NOT NULL CHECK (cardinality(modes) > 0),
  verification text NOT NULL CHECK (verification IN ('pending', 'verified', 'suspended')),
  verified_at timestamptz,
  suspension_reason text,
  CHECK ((verification = 'suspended') = (suspension_reason IS NOT NULL)),
  CHECK (verification <> 'verified' OR verified_at IS NOT NULL)
);
-- A CRM is a number within a state; leading zeros do not make it another one.
CREATE UNIQUE INDEX doctors_crm_taken ON doctors (ltrim(crm_number, '0'), crm_state);
CREATE INDEX doctors_verification ON doctors (verification, user_id);

-- A sign-in and all refresh tokens that follow from it.
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
COMMENT ON COLUMN refresh_tokens.hash IS 'SHA-256 of the token: whoever reads the table cannot sign in with it';

-- Whose access tokens no longer count, told to every service; kept as long as such a token could live.
CREATE TABLE revocations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('session', 'user')),
  target_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX revocations_at ON revocations (at);

-- Wrong passwords in a row, by account and address and by account.
CREATE TABLE login_attempts (
  key bytea PRIMARY KEY,
  failures integer NOT NULL,
  charged_at timestamptz NOT NULL DEFAULT now(),
  locked_until timestamptz,
  succeeded_at timestamptz
);
CREATE INDEX login_attempts_charged_at ON login_attempts (charged_at);
COMMENT ON COLUMN login_attempts.key IS 'SHA-256, so that the table names nobody';

-- Keys that sign access tokens, so that tokens survive a restart. Only this service's role may read them.
CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  private_jwk jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON signing_keys FROM PUBLIC;
