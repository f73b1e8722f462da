import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { endWithProcess } from './end-process.ts';

/** The user the server runs as, where that is not the one of this process. */
export type Owner = { uid: number; gid: number } | undefined;
/** How a server program is started: as whom, with what, quietly or not. */
export type Launcher = (program: string, args: string[], options: SpawnOptions) => ChildProcess;

/**
 * PostgreSQL refuses to run as root; then it runs as the user `postgres`, made if it is missing. Throws off Linux,
 * where nothing here gives up root's rights.
 */
export function ownerOfServer(platform = process.platform, uid = process.getuid?.()): Owner {
  if (uid !== 0) return undefined;
  if (platform !== 'linux') throw new Error('PostgreSQL does not run as root: start as another user');
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
 * Starts programs as the server's owner, without any of root's capabilities and without a way to get one back.
 * `folders` are what the programs need. Where a folder above them is closed to that user, as root's own is, they
 * get a view of the file system (a mount namespace) in which nothing of the closed folder is left but these.
 *
 * @param endsWithParent the programs end when this process does, be it by SIGKILL; Linux alone sees to that.
 */
export async function launcherFor(
  owner: Owner,
  folders: string[],
  endsWithParent = false,
): Promise<Launcher> {
  const endings = endsWithParent && (await canEndWithParent()) ? endingWithParent : [];
  if (!owner) {
    const prefix = endings.length > 0 ? ['setpriv', ...endings, '--'] : [];
    return (program, args, options) => launchWith(prefix, program, args, options);
  }
  const drop = ['setpriv', '--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'];
  drop.push(
    '--inh-caps=-all',
    '--ambient-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
    ...endings,
    '--',
  );
  const closed = await closedFolders(owner, folders);
  const view = closed.length > 0 ? await viewWithout(closed, folders) : [];
  return (program, args, options) => launchWith([...view, ...drop], program, args, options);
}

/** SIGQUIT: at once; the next start recovers from the log. */
const endingWithParent = ['--pdeathsig', 'QUIT'];

const canEndWithParent = () =>
  promisify(execFile)('setpriv', [...endingWithParent, '--', 'true']).then(
    () => true,
    () => false,
  );

/** The environment is cut down: what a server's user could read there is none of its business. */
function launchWith(prefix: string[], program: string, args: string[], options: SpawnOptions): ChildProcess {
  const [first = program, ...rest] = [...prefix, program, ...args];
  const { PATH, TZ, DYLD_LIBRARY_PATH, LD_LIBRARY_PATH } = process.env;
  const env = { PATH, TZ, DYLD_LIBRARY_PATH, LD_LIBRARY_PATH, LC_MESSAGES: 'C' };
  return endWithProcess(spawn(first, rest, { ...options, env }));
}

/** The topmost folders above `folders` that do not let the user through. */
async function closedFolders(owner: { uid: number; gid: number }, folders: string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const folder of folders) {
    for (const above of foldersAbove(folder)) {
      if (await letsThrough(owner, above)) continue;
      found.add(above);
      break;
    }
  }
  return [...found];
}

/** From the root down to the one that holds the folder. */
function foldersAbove(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [] : [...foldersAbove(above), above];
}

async function letsThrough({ uid, gid }: { uid: number; gid: number }, folder: string): Promise<boolean> {
  const { mode, uid: ofUser, gid: ofGroup } = await stat(folder);
  const needed = ofUser === uid ? 0o100 : ofGroup === gid ? 0o010 : 0o001;
  return (mode & needed) !== 0;
}

/**
 * What stands before a command that shall see `folders` although it cannot pass `closed`: the folders are opened,
 * the closed ones covered with an empty file system each, and the folders bound to their old places in it.
 */
async function viewWithout(closed: string[], folders: string[]): Promise<string[]> {
  const unshare = ['unshare', '--mount', '--propagation', 'slave', '--'];
  await promisify(execFile)('unshare', [...unshare.slice(1), 'true']).catch((cause: unknown) => {
    throw new Error(
      `PostgreSQL runs as the user postgres, who cannot get past ${closed.join(' and ')}: let others search ` +
        'it (chmod o+x), choose another DATA_DIR, or start as a user other than root',
      { cause },
    );
  });
  const script = [
    ...folders.map((_, index) => `exec ${index + 3}< "$${index + 1}"`),
    ...closed.map((_, index) => `mount -t tmpfs -o mode=755,size=64k none "$${folders.length + index + 1}"`),
    ...folders.map((_, index) => `mkdir -p "$${index + 1}"`),
    // Without canonicalizing: by its name, the opened folder is the covered one.
    ...folders.map((_, index) => `mount --no-canonicalize --bind /proc/self/fd/${index + 3} "$${index + 1}"`),
    ...folders.map((_, index) => `exec ${index + 3}<&-`),
    `shift ${folders.length + closed.length}`,
    'exec "$@"',
  ];
  return [...unshare, 'sh', '-ec', script.join('\n'), 'sh', ...folders, ...closed];
}
