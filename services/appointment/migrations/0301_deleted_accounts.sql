-- Whose account was deleted and how far their traces here are erased. What was under way when they left may leave
-- another trace, so the erasure is repeated for a while; `settled` are those that no request can be about any more.
CREATE TABLE erasures (
  person_id uuid PRIMARY KEY,
  told_at timestamptz NOT NULL DEFAULT now(),
  erased_at timestamptz,
  settled boolean NOT NULL DEFAULT false,
  CHECK (erased_at IS NOT NULL OR NOT settled)
);
CREATE INDEX erasures_unsettled ON erasures (erased_at NULLS FIRST) WHERE NOT settled;
COMMENT ON TABLE erasures IS 'People whose account was deleted, by id alone';
COMMENT ON COLUMN erasures.erased_at IS 'When it was last gone through to the end';

CREATE INDEX file_accesses_unrevoked_of_doctor ON file_accesses (doctor_id) WHERE revoked_at IS NULL;

-- The planner's statistics are samples of what stands in a column, and would keep what people wrote after it is erased.
ALTER TABLE booking_requests ALTER COLUMN note SET STATISTICS 0;
ALTER TABLE closed_requests ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE appointments ALTER COLUMN status_reason SET STATISTICS 0;
ALTER TABLE appointment_transitions ALTER COLUMN status_reason SET STATISTICS 0;
ALTER TABLE feedbacks ALTER COLUMN comment SET STATISTICS 0, ALTER COLUMN reply SET STATISTICS 0;
SELECT pg_clear_attribute_stats(current_schema(), relation, column_name, false)
FROM (VALUES ('booking_requests', 'note'), ('closed_requests', 'reason'), ('appointments', 'status_reason'),
  ('appointment_transitions', 'status_reason'), ('feedbacks', 'comment'), ('feedbacks', 'reply'))
  AS written (relation, column_name);
