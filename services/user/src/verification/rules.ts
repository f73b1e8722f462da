import type { VerificationState } from '@consulta/contracts';

export const verificationSteps = ['verify', 'suspend', 'reinstate'] as const;
export type VerificationStep = (typeof verificationSteps)[number];

/**
 * The state a step leads to; undefined where it is not allowed. A doctor is verified once, suspended from any
 * other state, and reinstated to what they were before.
 */
export function nextVerification(
  state: VerificationState,
  step: VerificationStep,
  wasVerified: boolean,
): VerificationState | undefined {
  if (step === 'verify') return state === 'pending' ? 'verified' : undefined;
  if (step === 'suspend') return state === 'suspended' ? undefined : 'suspended';
  if (state !== 'suspended') return undefined;
  return wasVerified ? 'verified' : 'pending';
}
