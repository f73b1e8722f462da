import { setTimeout as sleep } from 'node:timers/promises';
import { details } from '@consulta/contracts/details';
import type { Words } from '@consulta/contracts/words';
import type pg from 'pg';

/** Who asks wants an answer soon, and takes silence for death. */
const answerWithinMs = 2_000;

/** Something outside that a process works without for a while: it is told of, and takes nobody out of service. */
export type Part = { name: string; isAway: () => boolean };

export type Missing = { detail: Words; retryAfterSeconds?: number };

/** What a process cannot do without, once it has started. */
export type Needs = {
  databases: pg.Pool[];
  lacks: (() => Words | undefined)[];
};

/** Whether a process should be sent requests, from its first moment to its last. */
export type Readiness = {
  /** Says what the start waits for. */
  waitsFor: (what: Words) => void;
  /** From now on it is ready wherever it lacks none of these. */
  started: (needs: Needs) => void;
  /** From now on it is not ready any more. */
  stopping: () => void;
  /** Why it should be sent nothing at present; undefined when it is ready. */
  missing: () => Promise<Missing | undefined>;
};

/** Of a process that is starting. */
export function readiness(): Readiness {
  let pending: Words | undefined = details.starting;
  let needs: Needs = { databases: [], lacks: [] };
  return {
    waitsFor: (what) => {
      pending = what;
    },
    started: (known) => {
      needs = known;
      pending = undefined;
    },
    stopping: () => {
      pending = details.stopping;
    },
    missing: async () => {
      if (pending) return { detail: pending };
      for (const lack of needs.lacks) {
        const lacking = lack();
        if (lacking) return { detail: lacking, retryAfterSeconds: 30 };
      }
      if (!(await allAnswer(needs.databases))) return { detail: details.databaseSilent };
      // It may have begun to stop meanwhile.
      return pending && { detail: pending };
    },
  };
}

function allAnswer(pools: pg.Pool[]): Promise<boolean> {
  const answers = Promise.all(pools.map((pool) => pool.query('SELECT 1'))).then(
    () => true,
    () => false,
  );
  return Promise.race([answers, sleep(answerWithinMs, false, { ref: false })]);
}
