import type { Owner } from '../appointments/own.ts';
import type { Recorded } from '../audit/record.ts';

/** A person who left, in one of the roles they may have had: whose traces these are, and who had them erased. */
export type Leaver = Owner & Recorded & { role: 'patient' | 'doctor' };

/** A person's account is gone, and with it their role; what there is of them is found in either. */
export const leaversOf = (personId: string): Leaver[] =>
  (['patient', 'doctor'] as const).map((role) => ({
    userId: personId,
    role,
    address: null,
    requestId: null,
  }));

/** Why an appointment was cancelled whose patient or doctor deleted their account. */
export const leftReason = 'account_removed';
