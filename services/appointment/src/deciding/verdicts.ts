import type { AppointmentStatus, RejectionReason } from '@consulta/contracts';

/** `arrival` tells the order in which requests came. */
export type UndecidedRequest = {
  id: string;
  slotId: string;
  doctorId: string;
  arrival: number;
  /** The appointment to give up for this one. */
  replacesId: string | null;
};

/**
 * What the claims say of a request: it has the claim (`win`), another appointment has it (`lose`), or nobody
 * can have it (`refuse`).
 */
export type Verdict =
  | {
      verdict: 'win';
      autoConfirm: boolean;
      confirmWithinHours: number | null;
      minCancelNoticeMinutes: number;
    }
  | { verdict: 'lose' }
  | { verdict: 'refuse'; reason: RejectionReason };

/** What was made of a request. */
export type Decided = {
  id: string;
  status: AppointmentStatus;
  /** Why it was rejected; null when it was not. */
  reason: RejectionReason | null;
  /** Whether a constraint stood against a request that held its slot's claim. */
  constrained: boolean;
  /** From acceptance to decision, in seconds by the clock of the database. */
  seconds: number;
};
