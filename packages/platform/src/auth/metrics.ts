import { gauge } from '../process/metric-definitions.ts';

export const revocationsAge = gauge({
  name: 'consulta_revocations_age_seconds',
  unit: 'seconds',
  meaning: 'Age of the list of ended sessions; from 30 s on protected routes answer 503',
  labels: {},
});

export const authMetrics = [revocationsAge];
