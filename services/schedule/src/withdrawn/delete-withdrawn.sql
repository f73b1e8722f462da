-- Looks at slots withdrawn an hour ago or earlier, after the place ($1, $2) and $3 at most, and deletes those that no
-- appointment ever had. Answers the last place looked at; no row when there is nothing to look at.
WITH looked_at AS MATERIALIZED (
  SELECT id, withdrawn_at FROM slots
  WHERE withdrawn_at IS NOT NULL AND (withdrawn_at, id) > ($1::timestamptz, $2::uuid)
    AND withdrawn_at <= now() - interval '1 hour'
  ORDER BY withdrawn_at, id LIMIT $3
), deleted AS (
  DELETE FROM slots s USING looked_at l
  WHERE s.id = l.id
    AND NOT EXISTS (SELECT FROM claims c WHERE c.slot_id = l.id)
    AND NOT EXISTS (SELECT FROM claims c WHERE c.released_slot_id = l.id)
)
SELECT withdrawn_at::text, id FROM looked_at ORDER BY withdrawn_at DESC, id DESC LIMIT 1
