import { readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameFolder } from './process-facts.ts';

/**
 * Ends the processes that a dead server left on its data folder: they hold its shared memory, so that no other can
 * start, and one that is frozen would do so for ever. What they had not committed is lost with the server anyway.
 * Known by program and working folder, which Linux tells; elsewhere they are left to end by themselves.
 */
export async function endOrphans(data: string): Promise<void> {
  if (process.platform !== 'linux') return;
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const pids = await backendsOn(data);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid);
    await sleep(25);
  }
}

async function backendsOn(data: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => ((await isBackendOn(pid, data)) ? [Number(pid)] : [])),
  );
  return found.flat();
}

/** False for a process that has ended, or is not ours to look at. */
async function isBackendOn(pid: string, data: string): Promise<boolean> {
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return (
    /^postgres( \(deleted\))?$/.test(basename(program)) && (await isSameFolder(`/proc/${pid}/cwd`, data))
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
