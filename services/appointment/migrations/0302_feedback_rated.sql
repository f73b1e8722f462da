-- Feedback that the user service has been told of, so that whatever a lost message left out is found. What was counted
-- before is found once more, which changes no rating.
ALTER TABLE feedbacks ADD COLUMN rated boolean NOT NULL DEFAULT false;
CREATE INDEX feedbacks_unrated ON feedbacks (given_at) WHERE NOT rated;
COMMENT ON COLUMN feedbacks.rated IS 'Whether the doctor''s rating that counts it was handed to the user service';
