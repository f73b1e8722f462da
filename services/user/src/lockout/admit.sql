-- Takes a place among the attempts under way at each counter ($1, all of one limit) that is open: not locked, and with
-- fewer attempts under way than failures are left of $2; after a lock that is one at a time. A closed one stays as it
-- is. An attempt without a verdict after a minute died on the way and no longer counts; a counter that was at rest for
-- a day starts anew. Rows are locked in the order of their keys, so that two attempts cannot deadlock.
INSERT INTO login_attempts AS a (key, failures, under_way)
SELECT key, 0, ARRAY[clock_timestamp()] FROM unnest($1::bytea[]) key ORDER BY key
ON CONFLICT (key) DO UPDATE SET
  failures = CASE WHEN a.charged_at < now() - interval '1 day' THEN 0 ELSE a.failures END,
  under_way = ARRAY(
    SELECT began FROM unnest(a.under_way) began WHERE began > clock_timestamp() - interval '1 minute'
  ) || clock_timestamp(),
  charged_at = clock_timestamp()
WHERE (a.locked_until IS NULL OR a.locked_until <= clock_timestamp())
  AND (SELECT count(*) FROM unnest(a.under_way) began WHERE began > clock_timestamp() - interval '1 minute')
    < greatest(1, $2::integer - CASE WHEN a.charged_at < now() - interval '1 day' THEN 0 ELSE a.failures END)
RETURNING key, under_way[cardinality(under_way)]::text AS "startedAt",
  coalesce(succeeded_at > now() - interval '30 days', false) AS familiar
