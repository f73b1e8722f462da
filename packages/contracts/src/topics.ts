/**
 * The topics services meet on, and what a message of each carries: ids only (a consumer reads and checks
 * again), so that queues hold no personal data.
 *
 * `coalesce` marks hints: several messages with the same key that nobody has received yet may become one.
 */
export const topics = {
  /** A doctor has undecided booking requests. Key: the doctor. From appointment to appointment-creator. */
  booking_wake: { coalesce: true },
  /** A claim is no longer wanted. Key: the appointment. From appointment to schedule. */
  claim_released: { coalesce: false },
  /** A doctor's slots or claims changed. Key: the doctor. Within schedule. */
  availability_changed: { coalesce: true },
  /** A doctor's first open slot is another one. Key: the doctor. From schedule to user. */
  next_available_changed: { coalesce: true },
  /** A doctor became bookable or stopped being so. Key: the doctor. From user to schedule. */
  doctor_bookability_changed: { coalesce: true },
  /** A person's name, address or profile changed. Key: the person. From user to appointment. */
  person_changed: { coalesce: true },
  /** A person deleted their account. Key: the person. From user to appointment. */
  account_deleted: { coalesce: false },
  /** A patient gave feedback. Key: the feedback. From appointment to review-processor. */
  feedback_given: { coalesce: false },
} as const satisfies Record<string, { coalesce: boolean }>;

export type Topic = keyof typeof topics;

/** Topics whose messages may be lost: what they hint at is found without them, only later. */
export const losableTopics: ReadonlySet<Topic> = new Set(['booking_wake']);
