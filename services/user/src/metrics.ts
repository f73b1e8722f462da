import { counter } from '@consulta/platform/process';

export const signIns = counter({
  name: 'consulta_sign_ins_total',
  unit: 'count',
  meaning: 'Attempts to sign in, by what came of them',
  labels: { outcome: ['signed_in', 'wrong_password', 'locked', 'suspended', 'failed'] },
});
export const lockouts = counter({
  name: 'consulta_lockouts_total',
  unit: 'count',
  meaning: 'Wrong passwords that closed an account, or an account from one address, for a while',
  labels: {},
});
export const registrationRefusals = counter({
  name: 'consulta_registration_refusals_total',
  unit: 'count',
  meaning: 'Accounts refused because their network made as many as it may',
  labels: { reason: ['network'] },
});

/** What the user service counts. */
export const userMetrics = [signIns, lockouts, registrationRefusals];
