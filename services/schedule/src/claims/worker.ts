import { isUuid } from '@consulta/contracts';
import type { Bus } from '@consulta/platform/messaging';
import type pg from 'pg';
import { releaseClaims } from './release.ts';

/** Releases claims as the appointment service says, so that their slots open again at once. */
export const startReleaseWorker = (deps: {
  pool: pg.Pool;
  bus: Bus;
  now: () => Temporal.Instant;
  wake: () => void;
}): { stop: () => Promise<void> } =>
  deps.bus.subscribe('claim_released', { batchMax: 1000 }, async (messages) => {
    await releaseClaims(deps.pool, messages.map(({ key }) => key).filter(isUuid), deps.now());
    deps.wake();
  });
