-- A patient need not say where they live (LGPD art. 6 III); a doctor's address is the practice's.
ALTER TABLE users ADD CONSTRAINT users_complete CHECK (role = 'admin' OR num_nulls(cpf, phone) = 0
  AND (role = 'patient' OR address IS NOT NULL));
ALTER TABLE users DROP CONSTRAINT users_check;
