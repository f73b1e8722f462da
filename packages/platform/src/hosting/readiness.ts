import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** Who asks wants an answer soon, and takes silence for death. */
const answerWithinMs = 2_000;

/** Why a process should be sent nothing at present; undefined when it is ready. */
export type Readiness = () => Promise<{ detail: string; retryAfterSeconds?: number } | undefined>;

/** Whether a process is fully started, lacks nothing, and its databases answer in time. */
export const readinessOf =
  (process: {
    state: { started: boolean };
    /** Without these nothing can be answered. */
    databases: pg.Pool[];
    lacks: (() => string | undefined)[];
  }): Readiness =>
  async () => {
    if (!process.state.started) return { detail: 'It is starting or stopping' };
    for (const lack of process.lacks) {
      const lacking = lack();
      if (lacking) return { detail: `There is too little ${lacking}`, retryAfterSeconds: 30 };
    }
    if (await allAnswer(process.databases)) return undefined;
    return { detail: 'The database does not answer' };
  };

function allAnswer(pools: pg.Pool[]): Promise<boolean> {
  const answers = Promise.all(pools.map((pool) => pool.query('SELECT 1'))).then(
    () => true,
    () => false,
  );
  return Promise.race([answers, sleep(answerWithinMs, false, { ref: false })]);
}
