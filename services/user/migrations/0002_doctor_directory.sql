CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Text as searches compare it: no accents, no case. unaccent() is only STABLE because its dictionary could be
-- replaced, which nobody does here. Text gets here composed (NFC) and with single spaces.
CREATE FUNCTION search_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN lower(unaccent('unaccent', $1));

-- All pairs of neighbouring characters of a text: what finds one or two characters inside a name, for which
-- there are no trigrams ('x':* finds one). Pairs at even and at odd places are cut out in one call each.
CREATE FUNCTION search_pairs(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN array_to_tsvector(array_remove(
    string_to_array(regexp_replace($1 || ' ', '..', E'\\&\x1f', 'g'), E'\x1f')
      || string_to_array(regexp_replace(substr($1, 2) || ' ', '..', E'\\&\x1f', 'g'), E'\x1f'), ''));

-- Prices fall into steps of a quarter, so that "at most" becomes a short list of tags.
CREATE FUNCTION price_step(cents integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN floor(ln(greatest(cents, 1000) / 1000.0::float8) / ln(1.25::float8))::integer;
CREATE FUNCTION price_tags_up_to(cents integer) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(SELECT 'price:' || step FROM generate_series(0, price_step(cents)) step);

-- The first letter of a search key; what sorts before the letters is '', what sorts after them '~'.
CREATE FUNCTION initial_of(key text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE WHEN key COLLATE "C" < 'a' THEN '' WHEN left(key, 1) COLLATE "C" > 'z' THEN '~' ELSE left(key, 1) END;

CREATE FUNCTION rating_average(sum bigint, count integer) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN count > 0 THEN round(sum::numeric / count, 2) END;
-- Averages fall into steps of a tenth.
CREATE FUNCTION rating_tags_from(average numeric) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(SELECT 'rating:' || step FROM generate_series(floor(average * 10)::integer, 50) step);

-- What a doctor is found by, one tag a value. All are made a search key in one call, joined by a character that
-- no name holds. Prices, ratings and initials also cut a list ordered by them into slices.
CREATE FUNCTION doctor_tags(full_name text, specialties text[], insurances text[], modes text[], city text,
  state text, price_cents integer, average numeric) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN string_to_array(search_key(concat_ws(E'\x1f',
    'specialty:' || nullif(array_to_string(specialties, E'\x1fspecialty:'), ''),
    'insurance:' || nullif(array_to_string(insurances, E'\x1finsurance:'), ''),
    'mode:' || nullif(array_to_string(modes, E'\x1fmode:'), ''),
    'city:' || city, 'state:' || state, 'price:' || price_step(price_cents),
    'rating:' || coalesce(floor(average * 10)::integer, 0))), E'\x1f')
    || ('initial:' || initial_of(search_key(left(full_name, 1))));

-- Keys by which lists are ordered, all ascending: the best rating first, what is missing last.
CREATE FUNCTION rating_key(average numeric) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce((-average * 100)::integer, 1);
-- Milliseconds since 1970; 2^53 - 1 when there is no open slot.
CREATE FUNCTION next_key(at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN coalesce((extract(epoch FROM at) * 1000)::bigint, 9007199254740991);

CREATE FUNCTION json_instant(timestamptz) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- What a search answers about a doctor (DoctorSummary), ready to be sent.
CREATE FUNCTION doctor_card(doctor_id uuid, full_name text, crm_number text, crm_state text, specialties text[],
  rqes jsonb, city text, state text, price_cents integer, insurances text[], modes text[], average numeric,
  ratings integer, next_available_at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN json_build_object('id', doctor_id, 'fullName', full_name,
    'crm', json_build_object('number', crm_number, 'state', crm_state), 'specialties', specialties,
    'rqes', rqes, 'city', city, 'state', state, 'consultationPriceCents', price_cents,
    'insurances', insurances, 'modes', modes, 'rating', json_build_object('average', average, 'count', ratings),
    'nextAvailableAt', json_instant(next_available_at))::text;

-- One row per doctor, holding all that searches filter and answer. `listed` doctors are the ones found.
-- fillfactor: a doctor's next free time changes often and is in no index of this table, so that the change
-- stays on the page (HOT).
CREATE TABLE doctor_directory (
  doctor_id uuid PRIMARY KEY REFERENCES doctors (user_id) ON DELETE CASCADE,
  listed boolean NOT NULL,
  full_name text NOT NULL,
  crm_number text NOT NULL,
  crm_state text NOT NULL,
  specialties text[] NOT NULL,
  rqes jsonb NOT NULL DEFAULT '[]',
  city text NOT NULL,
  state text NOT NULL,
  consultation_price_cents integer NOT NULL,
  insurances text[] NOT NULL DEFAULT '{}',
  modes text[] NOT NULL,
  rating_sum bigint NOT NULL DEFAULT 0,
  rating_count integer NOT NULL DEFAULT 0,
  rating_version bigint NOT NULL DEFAULT 0,
  next_available_at timestamptz,
  next_available_asked_at timestamptz NOT NULL DEFAULT '-infinity',
  name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(full_name)) STORED,
  rating_average double precision
    GENERATED ALWAYS AS (rating_average(rating_sum, rating_count)::double precision) STORED,
  rating_key integer NOT NULL
    GENERATED ALWAYS AS (rating_key(rating_average(rating_sum, rating_count))) STORED,
  next_key bigint NOT NULL GENERATED ALWAYS AS (next_key(next_available_at)) STORED,
  tags text[] COLLATE "C" NOT NULL GENERATED ALWAYS AS (doctor_tags(full_name, specialties, insurances, modes,
    city, state, consultation_price_cents, rating_average(rating_sum, rating_count))) STORED,
  card text NOT NULL GENERATED ALWAYS AS (doctor_card(doctor_id, full_name, crm_number, crm_state, specialties,
    rqes, city, state, consultation_price_cents, insurances, modes, rating_average(rating_sum, rating_count),
    rating_count, next_available_at)) STORED
) WITH (fillfactor = 80);
COMMENT ON COLUMN doctor_directory.rating_version IS 'Ratings with this version or an older one came too late';
COMMENT ON COLUMN doctor_directory.next_available_asked_at IS 'When the schedule service was asked, so that an older answer never replaces a newer one';
CREATE INDEX doctor_directory_crm ON doctor_directory (ltrim(crm_number, '0')) WHERE listed;
-- Finds any conjunction of facets and parts of a name. The list of pending entries is kept short (in kB), since
-- every search reads it through.
CREATE INDEX doctor_directory_facets ON doctor_directory
  USING gin (tags, name_key gin_trgm_ops, search_pairs(name_key)) WITH (gin_pending_list_limit = 64) WHERE listed;

-- Listed doctors in each order in which a list can be asked for: all of them (facet '') and those of each
-- specialty, city and state (facet: the tag). Kept by triggers on the directory.
CREATE TABLE doctor_orderings (
  facet text COLLATE "C" NOT NULL,
  doctor_id uuid NOT NULL,
  next_key bigint NOT NULL,
  price_key integer NOT NULL,
  name_key text COLLATE "C" NOT NULL,
  rating_key integer NOT NULL,
  PRIMARY KEY (facet, next_key, doctor_id)
);
CREATE INDEX doctor_orderings_price ON doctor_orderings (facet, price_key, doctor_id);
CREATE INDEX doctor_orderings_name ON doctor_orderings (facet, name_key, doctor_id);
CREATE INDEX doctor_orderings_rating ON doctor_orderings (facet, rating_key, doctor_id);

-- Every insurance a doctor ever named, by its first spelling; which of them are accepted now, the directory tells.
CREATE TABLE insurances (key text PRIMARY KEY, name text NOT NULL);

CREATE FUNCTION ordered_facets(tags text[]) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT '' UNION ALL
  SELECT tag FROM unnest(tags) tag
  WHERE starts_with(tag, 'specialty:') OR starts_with(tag, 'city:') OR starts_with(tag, 'state:')
$$;

CREATE FUNCTION note_insurances(names text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO insurances (key, name)
  SELECT DISTINCT ON (search_key(name)) search_key(name), name FROM unnest(names) name ORDER BY search_key(name)
  ON CONFLICT DO NOTHING
$$;

-- Per statement, so that doctors brought in by the thousand cost one statement.
CREATE FUNCTION doctors_entered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO doctor_orderings (facet, doctor_id, next_key, price_key, name_key, rating_key)
  SELECT facet, doctor_id, next_key, consultation_price_cents, name_key, rating_key
  FROM entered, ordered_facets(tags) facet WHERE listed
  ORDER BY facet, next_key;
  PERFORM note_insurances(array_agg(DISTINCT name)) FROM entered, unnest(insurances) name HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER doctors_entered AFTER INSERT ON doctor_directory REFERENCING NEW TABLE AS entered
  FOR EACH STATEMENT EXECUTE FUNCTION doctors_entered();

-- Per row: joining a table of changed rows with the orderings would leave it to the planner whether a change of
-- one doctor reads everybody.
CREATE FUNCTION doctor_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.listed THEN
    DELETE FROM doctor_orderings
    WHERE facet = ANY (OLD.tags || ''::text) AND next_key = OLD.next_key AND doctor_id = OLD.doctor_id;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
  IF NEW.listed THEN
    INSERT INTO doctor_orderings (facet, doctor_id, next_key, price_key, name_key, rating_key)
    SELECT facet, NEW.doctor_id, NEW.next_key, NEW.consultation_price_cents, NEW.name_key, NEW.rating_key
    FROM ordered_facets(NEW.tags) facet;
  END IF;
  IF NEW.insurances <> OLD.insurances THEN PERFORM note_insurances(NEW.insurances); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER doctor_left AFTER DELETE ON doctor_directory FOR EACH ROW EXECUTE FUNCTION doctor_changed();
CREATE TRIGGER doctor_changed AFTER UPDATE ON doctor_directory FOR EACH ROW
  WHEN (OLD.listed <> NEW.listed OR OLD.tags <> NEW.tags OR OLD.insurances <> NEW.insurances
    OR OLD.name_key <> NEW.name_key OR OLD.consultation_price_cents <> NEW.consultation_price_cents
    OR OLD.rating_key <> NEW.rating_key OR OLD.next_key <> NEW.next_key)
  EXECUTE FUNCTION doctor_changed();

CREATE FUNCTION quote_lexeme(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN '''' || replace(replace($1, '\', '\\'), '''', '''''') || '''';

-- The query for search_pairs() that finds a text of one or more characters anywhere inside.
CREATE FUNCTION pairs_query(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN CASE length($1) WHEN 1 THEN (quote_lexeme($1) || ':*')::tsquery
    ELSE (SELECT string_agg(quote_lexeme(substr($1, place, 2)), ' & ')
      FROM generate_series(1, length($1) - 1) place)::tsquery END;

-- The pattern for LIKE that finds a text anywhere inside.
CREATE FUNCTION inside_pattern(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN '%' || regexp_replace($1, '([\\%_])', '\\\1', 'g') || '%';
