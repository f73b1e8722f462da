/*
 * Every advisory lock there is, so that no two subjects ever wait for each other: a lock is a number that all
 * connections of one database share. Versions of the code that run side by side must agree on them, so a number is
 * never changed and never used again for something else.
 */

/** Locks of which a database has one each. */
export const advisoryLocks = {
  /** Applying migrations, for as long as they take. Every database. */
  migrations: 727_401_355,
  /** Making the template that test databases are copied from. The test server's own database. */
  testTemplate: 727_401_356,
  /** Numbering pending live events. AppointmentDB. */
  eventSequence: 727_401_357,
  /** Making the first signing key. UserDB. */
  signingKeyCreation: 727_401_360,
  /** Deleting an administrator's account, so that one is left. UserDB. */
  administratorsLeaving: 727_401_361,
  /** Chaining audit entries and recording the head. AppointmentDB. */
  auditSealing: 727_401_400,
} as const;

/**
 * Locks of which there is one for each of something: the key is `hashtextextended(<its id>, <this seed>)`, where
 * collisions only make two strangers take turns.
 */
export const advisoryLockSeeds = {
  /** Deciding a doctor's requests. By the doctor's id. AppointmentDB. */
  doctorLine: 0,
  /** Counting and adding to what a patient holds. By the patient's id. AppointmentDB. */
  patientHoldings: 1,
  /** Making an account on a network. By the network in hexadecimal. UserDB. */
  registrationNetwork: 2,
} as const;
