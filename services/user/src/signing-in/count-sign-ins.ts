import { ProblemError } from '@consulta/platform/problems';
import type { Metrics } from '@consulta/platform/process';
import { lockouts, signIns } from '../metrics.ts';

/** Counts attempts to sign in by their outcome, and what they lock. */
export function signInCounter(metrics: Metrics) {
  const total = metrics.counter(signIns);
  const closed = metrics.counter(lockouts);
  return {
    onClosed: () => closed.inc(),
    counted: async <T>(signingIn: Promise<T>): Promise<T> => {
      try {
        const signedIn = await signingIn;
        total.inc({ outcome: 'signed_in' });
        return signedIn;
      } catch (error) {
        total.inc({ outcome: outcomeOf(error) });
        throw error;
      }
    },
  };
}

function outcomeOf(error: unknown) {
  const code = error instanceof ProblemError ? error.code : undefined;
  if (code === 'invalid_credentials') return 'wrong_password';
  if (code === 'too_many_attempts') return 'locked';
  return code === 'account_suspended' ? 'suspended' : 'failed';
}
