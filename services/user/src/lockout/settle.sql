-- Tells a counter ($1) what came of an attempt: gives its place back ($2, when it began, null where it had none), counts
-- a failure ($3, 0 or 1) and locks from the $5th in a row on, for $6 seconds and twice as long each time up to $7; or,
-- after a success ($4), starts anew. Tells whether this failure closes it.
INSERT INTO login_attempts AS a (key, under_way, failures) VALUES ($1, ARRAY[$2::timestamptz], $3)
ON CONFLICT (key) DO UPDATE SET
  under_way = array_remove(a.under_way, excluded.under_way[1]),
  failures = CASE WHEN $4::boolean THEN 0 ELSE a.failures + excluded.failures END,
  locked_until = CASE
    WHEN $4 THEN NULL
    WHEN excluded.failures = 1 AND a.failures + 1 >= $5::integer THEN clock_timestamp() + interval '1 second'
      * least($7::float8, $6::float8 * 2 ^ least(a.failures + 1 - $5, 30))
    ELSE a.locked_until
  END,
  succeeded_at = CASE WHEN $4 THEN now() ELSE a.succeeded_at END
RETURNING $3::integer = 1 AND failures >= $5::integer AS closes
