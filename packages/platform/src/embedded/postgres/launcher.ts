import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { endWithProcess } from './end-process.ts';

/** The user the server runs as, where that is not the one of this process. */
export type Owner = { uid: number; gid: number } | undefined;
/** How a server program is started: as whom, with what, quietly or not. */
export type Launcher = (program: string, args: string[], options: SpawnOptions) => ChildProcess;

/** PostgreSQL refuses to run as root; then it runs as the user `postgres`, made if it is missing. */
export function ownerOfServer(): Owner {
  if (process.getuid?.() !== 0) return undefined;
  const read = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: read('-u'), gid: read('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: read('-u'), gid: read('-g') };
  }
}

/**
 * Starts programs as the server's owner. Where that user could not even get to a path (root's own folders are
 * closed to others), the program keeps one of root's capabilities: searching folders.
 */
export async function launcherFor(owner: Owner, paths: string[]): Promise<Launcher> {
  if (!owner) return (program, args, options) => endWithProcess(spawn(program, args, options));
  const reachable = await Promise.all(paths.map((path) => canReach(owner, path)));
  if (reachable.every(Boolean))
    return (program, args, options) => endWithProcess(spawn(program, args, { ...options, ...owner }));
  const become = ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'];
  const capability = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'];
  return (program, args, options) =>
    endWithProcess(spawn('setpriv', [...become, ...capability, '--', program, ...args], options));
}

/** Whether every folder above `path` lets the user through. */
async function canReach({ uid, gid }: { uid: number; gid: number }, path: string): Promise<boolean> {
  for (let above = dirname(path); ; above = dirname(above)) {
    const { mode, uid: ofUser, gid: ofGroup } = await stat(above);
    const needed = ofUser === uid ? 0o100 : ofGroup === gid ? 0o010 : 0o001;
    if ((mode & needed) === 0) return false;
    if (above === dirname(above)) return true;
  }
}
