-- Whose account was deleted: an id and when, so that every service erases what it keeps of them, however late it asks.
CREATE TABLE deleted_accounts (
  user_id uuid PRIMARY KEY,
  role text NOT NULL CHECK (role IN ('patient', 'doctor', 'admin')),
  deleted_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE deleted_accounts IS 'Accounts that are gone, by id alone';

-- An account that is deleted still counts for the network it was made on, or deleting would make room for more.
ALTER TABLE registration_networks DROP CONSTRAINT registration_networks_user_id_fkey;

-- The planner's statistics are samples of what stands in a column, and would keep what a deletion takes out of it. None
-- of these columns is searched but through a unique index, for which the planner needs no sample.
ALTER TABLE users
  ALTER COLUMN full_name SET STATISTICS 0, ALTER COLUMN social_name SET STATISTICS 0,
  ALTER COLUMN birth_date SET STATISTICS 0, ALTER COLUMN email SET STATISTICS 0, ALTER COLUMN cpf SET STATISTICS 0,
  ALTER COLUMN phone SET STATISTICS 0, ALTER COLUMN address SET STATISTICS 0;
ALTER INDEX users_email_taken ALTER COLUMN 1 SET STATISTICS 0;
SELECT pg_clear_attribute_stats(current_schema(), relation, column_name, false)
FROM (SELECT 'users' AS relation, unnest(ARRAY['full_name', 'social_name', 'birth_date', 'email', 'cpf', 'phone',
  'address']) AS column_name UNION ALL SELECT 'users_email_taken', 'lower') AS personal;
