-- How a doctor wants to be addressed; null where nothing was said, also by versions that do not ask.
ALTER TABLE doctors ADD COLUMN honorific text CHECK (honorific IN ('dr', 'dra'));
ALTER TABLE doctor_directory ADD COLUMN honorific text;

-- The same card as before with one member more, and so another function: the one before stays with what it is called by.
CREATE FUNCTION doctor_card(doctor_id uuid, full_name text, honorific text, crm_number text, crm_state text,
  specialties text[], rqes jsonb, city text, state text, price_cents integer, insurances text[], modes text[],
  average numeric, ratings integer, next_available_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN json_build_object('id', doctor_id, 'fullName', full_name, 'honorific', honorific,
    'crm', json_build_object('number', crm_number, 'state', crm_state), 'specialties', specialties,
    'rqes', rqes, 'city', city, 'state', state, 'consultationPriceCents', price_cents,
    'insurances', insurances, 'modes', modes, 'rating', json_build_object('average', average, 'count', ratings),
    'nextAvailableAt', json_instant(next_available_at))::text;
ALTER TABLE doctor_directory ALTER COLUMN card SET EXPRESSION AS (doctor_card(doctor_id, full_name, honorific,
  crm_number, crm_state, specialties, rqes, city, state, consultation_price_cents, insurances, modes,
  rating_average(rating_sum, rating_count), rating_count, next_available_at));
DROP FUNCTION doctor_card(uuid, text, text, text, text[], jsonb, text, text, integer, text[], text[], numeric, integer,
  timestamptz);

-- Which places have how many listed doctors is counted from here.
CREATE INDEX doctor_directory_places ON doctor_directory (city, state) WHERE listed;
