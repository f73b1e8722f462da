-- What patients say of concluded appointments, once each; only a doctor's one reply is added later.
CREATE TABLE feedbacks (
  id uuid PRIMARY KEY DEFAULT uuidv7(),
  appointment_id uuid NOT NULL CONSTRAINT feedbacks_once UNIQUE REFERENCES appointments (id),
  doctor_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
  comment text,
  given_at timestamptz NOT NULL DEFAULT now(),
  reply text,
  replied_at timestamptz,
  CHECK ((reply IS NULL) = (replied_at IS NULL))
);
COMMENT ON TABLE feedbacks IS 'Patients'' feedback on concluded appointments';

-- Feedback that the review-processor has counted: each once, whatever the queue delivers. Public from then on.
CREATE TABLE reviews (
  feedback_id uuid PRIMARY KEY REFERENCES feedbacks (id),
  doctor_id uuid NOT NULL,
  rating integer NOT NULL CHECK (rating BETWEEN 1 AND 5),
  given_at timestamptz NOT NULL
);
CREATE INDEX reviews_of_doctor ON reviews (doctor_id, given_at DESC, feedback_id DESC);

-- Exact ratings as sums, so that order and repetition do not matter; `version` grows with each change.
CREATE TABLE doctor_ratings (
  doctor_id uuid PRIMARY KEY,
  sum bigint NOT NULL,
  count bigint NOT NULL,
  version bigint NOT NULL,
  CHECK (sum BETWEEN count AND count * 5)
);
