import { setTimeout as sleep } from 'node:timers/promises';
import { details } from '@consulta/contracts/details';
import type { Words } from '@consulta/contracts/words';
import type pg from 'pg';

/** Who asks wants an answer soon, and takes silence for death. */
const answerWithinMs = 2_000;

/** Why a process should be sent nothing at present; undefined when it is ready. */
export type Readiness = () => Promise<{ detail: Words; retryAfterSeconds?: number } | undefined>;

/** Whether a process is fully started, lacks nothing, and its databases answer in time. */
export const readinessOf =
  (process: {
    state: { started: boolean };
    /** Without these nothing can be answered. */
    databases: pg.Pool[];
    lacks: (() => Words | undefined)[];
  }): Readiness =>
  async () => {
    if (!process.state.started) return { detail: details.starting };
    for (const lack of process.lacks) {
      const lacking = lack();
      if (lacking) return { detail: lacking, retryAfterSeconds: 30 };
    }
    if (await allAnswer(process.databases)) return undefined;
    return { detail: details.databaseSilent };
  };

function allAnswer(pools: pg.Pool[]): Promise<boolean> {
  const answers = Promise.all(pools.map((pool) => pool.query('SELECT 1'))).then(
    () => true,
    () => false,
  );
  return Promise.race([answers, sleep(answerWithinMs, false, { ref: false })]);
}
