/**
 * Every error a caller can meet, by its stable code (RFC 9457 problem details carry it as `code`).
 * One table: `docs/errors.md` is held to it by a test, and the portal translates from it.
 */
export const errorTable = {
  bad_request: { status: 400, title: 'The request has a bad shape or value' },
  unauthorized: { status: 401, title: 'A valid access token is needed' },
  invalid_credentials: { status: 401, title: 'The identifier or the password is wrong' },
  invalid_refresh_token: { status: 401, title: 'The refresh token is unknown, used, expired or revoked' },
  too_many_attempts: { status: 429, title: 'Too many failed attempts; try again later' },
  account_suspended: { status: 403, title: 'This account is suspended' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  not_found: { status: 404, title: 'Nothing of yours is there' },
  email_taken: { status: 409, title: 'Another account uses this e-mail' },
  cpf_taken: { status: 409, title: 'Another account uses this CPF' },
  crm_taken: { status: 409, title: 'Another account uses this CRM' },
  invalid_verification: { status: 409, title: 'The doctor is not in a state that allows this step' },
  schedule_overlaps: { status: 409, title: 'The schedule overlaps another of yours' },
  too_many_schedules: { status: 409, title: 'You have too many weekly schedules' },
  schedule_has_appointments: { status: 409, title: 'Appointments hold slots that would vanish' },
  invalid_transition: { status: 409, title: 'The appointment is not in a state that allows this step' },
  too_late: { status: 409, title: "It is inside the doctor's notice for cancelling" },
  slot_taken: { status: 409, title: 'Someone else has this slot' },
  slot_withdrawn: { status: 409, title: 'This slot is no longer offered' },
  patient_busy: { status: 409, title: 'You already have an appointment at this time' },
  doctor_unavailable: { status: 409, title: 'This doctor takes no bookings at present' },
  original_closed: { status: 409, title: 'The appointment to be replaced is closed' },
  reschedule_pending: { status: 409, title: 'A replacement of this appointment is undecided' },
  appointment_not_concluded: { status: 409, title: 'Feedback is for concluded appointments' },
  feedback_already_given: { status: 409, title: 'This appointment has its feedback' },
  reply_already_given: { status: 409, title: 'This feedback has its reply' },
  too_many_requests_open: { status: 409, title: 'You have too many undecided or unconfirmed requests' },
  too_many_appointments: {
    status: 409,
    title: 'You have as many appointments ahead, with this doctor or in all, as one patient may',
  },
  quota_exceeded: { status: 409, title: 'Your files would take more space than you have' },
  content_damaged: { status: 409, title: 'What is stored is not what was put there' },
  idempotency_in_progress: { status: 409, title: 'A request with this idempotency key is under way' },
  idempotency_key_reused: { status: 422, title: 'This idempotency key was used with another request' },
  misdirected: { status: 421, title: 'This server does not answer to this name' },
  stale_version: { status: 412, title: 'It changed since you read it' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'This media type is not accepted' },
  range_not_satisfiable: { status: 416, title: 'The file does not reach that far' },
  rate_limited: { status: 429, title: 'Too many requests; slow down' },
  internal_error: { status: 500, title: 'Something failed on our side' },
  overloaded: { status: 503, title: 'Too busy; try again shortly' },
  unavailable: { status: 503, title: 'A part this needs is not available; try again shortly' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorTable;
export const errorCodes = Object.keys(errorTable) as ErrorCode[];
