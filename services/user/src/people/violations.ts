import type { ErrorCode } from '@consulta/contracts';
import { violatedConstraint } from '@consulta/platform/database';
import { problem } from '@consulta/platform/problems';

const refusals: Record<string, ErrorCode> = {
  users_email_taken: 'email_taken',
  users_cpf_taken: 'cpf_taken',
  doctors_crm_taken: 'crm_taken',
};

/** The refusal that a broken constraint stands for; the error itself when it is another one. */
export function violation(error: unknown): unknown {
  const code = refusals[violatedConstraint(error) ?? ''];
  return code ? problem(code) : error;
}
