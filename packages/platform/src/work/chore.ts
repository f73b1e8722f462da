import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Log } from '../process/log.ts';
import { type WakeableLoop, wakeableLoop } from './wakeable-loop.ts';

export type { WakeableLoop };

export type Chore = {
  /** Of all processes on this database one at a time does what has this name. */
  name: string;
  pool: pg.Pool;
  /** From the end of one time to the next, for all processes together. */
  everyMs: number;
  /** Whether each process does it once as it starts, even if another has just done it. */
  atStart?: boolean;
  /** Whether there is anything to do; every process asks before it takes the chore. */
  isNeeded?: () => Promise<boolean>;
  /**
   * Answers whether there is more to do at once. `signal` is aborted when the process stops or has lost the chore: what
   * takes long ends then after the part at hand.
   */
  work: (signal: AbortSignal) => Promise<boolean>;
  log: Log;
};

/** Who has a chore and is not heard of for this long has lost it. */
const heldMs = 5_000;
const renewEveryMs = 1_000;
/** A process looks at least this often whether a chore is to be done. */
const lookEveryMs = 60_000;

const takeSql = `INSERT INTO chores AS c (name, holder, held_until)
  SELECT $1, $2::uuid, now() + make_interval(secs => ${heldMs / 1_000})
  WHERE NOT EXISTS (SELECT FROM chores WHERE name = $1 AND (held_until > now() OR (due_at > now() AND NOT $3)))
  ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
  WHERE c.held_until <= now() AND (c.due_at <= now() OR $3)`;
const renewSql = `UPDATE chores SET held_until = now() + make_interval(secs => ${heldMs / 1_000})
  WHERE name = $1 AND holder = $2`;
const giveBackSql = `UPDATE chores SET held_until = now(),
    due_at = CASE WHEN $3::float8 IS NULL THEN due_at ELSE now() + make_interval(secs => $3 / 1000) END
  WHERE name = $1 AND holder = $2`;

/**
 * Does a chore again and again, in one process at a time: whoever finds it due takes it, says every second that it is
 * alive, and gives it back. Who stops or vanishes loses it after 5 s. Since one that was only stopped goes on later, the
 * work must be right even where two do it at once: doing it alone spares work, no more. Waking does it now, however
 * shortly it was done before.
 */
export function startChore(chore: Chore): WakeableLoop {
  const { name, everyMs, isNeeded = async () => true, log } = chore;
  const stopping = new AbortController();
  let atOnce = chore.atStart ?? false;
  const round = async () => {
    if (!(await isNeeded())) return false;
    const asked = atOnce;
    atOnce = false;
    const more = await doIfFree(chore, asked, stopping.signal);
    if (more === undefined) atOnce ||= asked;
    return more ?? false;
  };
  const loop = wakeableLoop({ name, idleMs: Math.min(everyMs, lookEveryMs), round, log });
  const wake = () => {
    atOnce = true;
    loop.wake();
  };
  const stop = () => {
    stopping.abort();
    return loop.stop();
  };
  return { wake, stop };
}

/** Works while it has the chore; answers undefined when that is another's, or not due. */
async function doIfFree(
  { name, pool, everyMs, work }: Chore,
  atOnce: boolean,
  stopping: AbortSignal,
): Promise<boolean | undefined> {
  const holder = randomUUID();
  const { rowCount } = await pool.query(takeSql, [name, holder, atOnce]);
  if (rowCount === 0) return undefined;
  const lost = new AbortController();
  const renew = async () => {
    const { rowCount } = await pool.query(renewSql, [name, holder]);
    if (rowCount === 0) lost.abort();
  };
  // A renewal that fails is followed by others; when all fail, another process takes over, as it should.
  const renewal = setInterval(() => void renew().catch(() => {}), renewEveryMs);
  let dueInMs: number | null = null;
  try {
    const more = await work(AbortSignal.any([stopping, lost.signal]));
    dueInMs = more ? 0 : everyMs;
    return more;
  } finally {
    clearInterval(renewal);
    await pool.query(giveBackSql, [name, holder, dueInMs]).catch(() => {});
  }
}
