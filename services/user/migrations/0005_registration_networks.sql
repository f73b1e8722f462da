-- On which network an account was made, as long as it counts as new: who invents patients does so from few places.
CREATE TABLE registration_networks (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  network bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX registration_networks_network ON registration_networks (network, at);
CREATE INDEX registration_networks_at ON registration_networks (at);
COMMENT ON TABLE registration_networks IS 'Where new accounts come from, for 7 days';
COMMENT ON COLUMN registration_networks.network IS
  'HMAC-SHA-256 of the IPv4 address or IPv6 /64 under a key outside the database';
