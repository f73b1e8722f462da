import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../log.ts';

/** Stops the server whose pid file lies in the data folder, if it still runs. */
export async function stopLeftover(data: string, log: Log): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [line] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(line);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostgres(pid))) return;
  log.warn({ pid }, 'a PostgreSQL was left behind on this data folder; stopping it');
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; waitedMs < 10_000 && (await isPostgres(pid)); waitedMs += 25) await sleep(25);
  if (await isPostgres(pid)) process.kill(pid, 'SIGQUIT');
}

/** Whether the process lives and is a PostgreSQL server, not another program with a reused pid. */
async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres');
  return command.includes('postgres');
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
