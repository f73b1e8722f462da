-- Apostrophes of any kind and full stops are left out of search keys, dashes are spaces, and a d that stands alone
-- belongs to the next word: "D'Ávila", "D´Ávila", "d Avila" and "davila" are one name, "Mogi-Mirim" and "Mogi Mirim"
-- one city. `plainText` in the contracts does the same.
CREATE OR REPLACE FUNCTION search_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN regexp_replace(regexp_replace(lower(unaccent('unaccent', translate($1,
    U&'-\2010\2011\2012\2013\2014\2015\2212.''\0060\00B4\02B9\02BC\2018\2019\201B\2032', '        '))),
    ' {2,}', ' ', 'g'), '\md (?=\w)', 'd', 'g');

-- The initial is that of the key: a name may begin with an apostrophe.
CREATE OR REPLACE FUNCTION doctor_tags(full_name text, specialties text[], insurances text[], modes text[], city text,
  state text, price_cents integer, average numeric) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN string_to_array(search_key(concat_ws(E'\x1f',
    'specialty:' || nullif(array_to_string(specialties, E'\x1fspecialty:'), ''),
    'insurance:' || nullif(array_to_string(insurances, E'\x1finsurance:'), ''),
    'mode:' || nullif(array_to_string(modes, E'\x1fmode:'), ''),
    'city:' || city, 'state:' || state, 'price:' || price_step(price_cents),
    'rating:' || coalesce(floor(average * 10)::integer, 0))), E'\x1f')
    || ('initial:' || initial_of(search_key(full_name)));

-- The patterns for LIKE that find each of these texts anywhere inside.
CREATE FUNCTION inside_patterns(texts text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(SELECT inside_pattern(each) FROM unnest(texts) each);

-- What is stored under the keys of before; naming a column has what is generated from it made anew.
UPDATE doctor_directory SET full_name = full_name, city = city
WHERE name_key <> search_key(full_name)
  OR tags <> doctor_tags(full_name, specialties, insurances, modes, city, state, consultation_price_cents,
    rating_average(rating_sum, rating_count));
INSERT INTO insurances (key, name)
SELECT DISTINCT ON (search_key(name)) search_key(name), name FROM insurances WHERE key <> search_key(name)
ORDER BY search_key(name) ON CONFLICT DO NOTHING;
DELETE FROM insurances WHERE key <> search_key(name);
