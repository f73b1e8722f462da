CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Every request ever made, as it arrived; only its note may change. `arrival` is the order of arrival.
CREATE TABLE booking_requests (
  id uuid PRIMARY KEY,
  arrival bigint GENERATED ALWAYS AS IDENTITY (CACHE 1),
  slot_id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  doctor_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  time_zone text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('in_person', 'video')),
  note text,
  replaces_id uuid,
  requested_at timestamptz NOT NULL DEFAULT now(),
  CHECK (starts_at < ends_at)
);
CREATE INDEX booking_requests_patient ON booking_requests (patient_id, starts_at, id);
CREATE INDEX booking_requests_doctor ON booking_requests (doctor_id, starts_at, id);
COMMENT ON TABLE booking_requests IS 'Every request for an appointment, in order of arrival';

-- The requests that wait for their decision. Whoever decides or cancels a request takes its row out, in the same
-- transaction, so a request is decided once.
CREATE TABLE undecided_requests (
  arrival bigint PRIMARY KEY,
  doctor_id uuid NOT NULL,
  id uuid NOT NULL,
  slot_id uuid NOT NULL,
  replaces_id uuid,
  requested_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX undecided_requests_doctor ON undecided_requests (doctor_id);
CREATE UNIQUE INDEX undecided_requests_replacing ON undecided_requests (replaces_id) WHERE replaces_id IS NOT NULL;
COMMENT ON TABLE undecided_requests IS 'The waiting line of each doctor';

-- Requests that never became an appointment.
CREATE TABLE closed_requests (
  id uuid PRIMARY KEY REFERENCES booking_requests (id),
  outcome text NOT NULL CHECK (outcome IN ('rejected', 'cancelled')),
  reason text,
  cancelled_by text CHECK (cancelled_by IN ('patient', 'doctor')),
  closed_at timestamptz NOT NULL DEFAULT now(),
  CHECK (outcome = 'cancelled' OR cancelled_by IS NULL)
);
COMMENT ON TABLE closed_requests IS 'Requests rejected, or cancelled before their decision';

-- Booked appointments, from the decision on. The constraints are the truth about conflicts: at most one holds a
-- slot, and none of a patient's overlap.
CREATE TABLE appointments (
  id uuid PRIMARY KEY REFERENCES booking_requests (id),
  slot_id uuid NOT NULL,
  doctor_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('awaiting_confirmation', 'confirmed', 'declined', 'cancelled', 'replaced',
                                         'in_progress', 'concluded', 'no_show')),
  status_reason text,
  booked_as text NOT NULL CHECK (booked_as IN ('awaiting_confirmation', 'confirmed')),
  booked_at timestamptz NOT NULL DEFAULT now(),
  confirm_by timestamptz,
  confirmed_at timestamptz,
  cancelled_at timestamptz,
  cancelled_by text CHECK (cancelled_by IN ('patient', 'doctor')),
  CHECK (starts_at < ends_at),
  CONSTRAINT appointments_patient_free EXCLUDE USING gist (patient_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    WHERE (status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show'))
);
CREATE UNIQUE INDEX appointments_slot_held ON appointments (slot_id)
  WHERE status IN ('awaiting_confirmation', 'confirmed', 'in_progress', 'concluded', 'no_show');
CREATE INDEX appointments_confirm_by ON appointments (confirm_by) WHERE status = 'awaiting_confirmation';
COMMENT ON TABLE appointments IS 'Booked appointments; one row from the decision on';

-- Steps after the decision; those before it are facts of the request.
CREATE TABLE appointment_transitions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  appointment_id uuid NOT NULL REFERENCES appointments (id),
  status text NOT NULL,
  status_reason text,
  by text NOT NULL CHECK (by IN ('patient', 'doctor', 'system')),
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX appointment_transitions_appointment ON appointment_transitions (appointment_id, id);

-- Changes of status on their way to the live stream, written in the transaction that makes them true.
CREATE TABLE pending_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  appointment_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  doctor_id uuid NOT NULL,
  status text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

-- The live stream, kept for 24 h. One sequencer numbers it, so a reader that resumes after an id misses none.
CREATE TABLE event_stream (
  stream_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  appointment_id uuid NOT NULL,
  patient_id uuid NOT NULL,
  doctor_id uuid NOT NULL,
  status text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX event_stream_patient ON event_stream (patient_id, stream_id);
CREATE INDEX event_stream_doctor ON event_stream (doctor_id, stream_id);
-- Rows come in order of time, so a summary per range of pages is enough to find the old ones.
CREATE INDEX event_stream_at ON event_stream USING brin (at);
