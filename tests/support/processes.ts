import { readdir, readFile, readlink } from 'node:fs/promises';

export type Found = { pid: number; command: string };

/**
 * The living processes that work on a folder (Linux): whose command line, working folder or environment names it.
 * What has ended and is only not collected yet does not count.
 */
export async function processesOn(folder: string): Promise<Found[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = await Promise.all(pids.map((pid) => lookAt(pid, folder)));
  return found.filter((each) => each !== undefined);
}

async function lookAt(pid: number, folder: string): Promise<Found | undefined> {
  const text = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const [command, environment, cwd] = await Promise.all([
    text('cmdline'),
    text('environ'),
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
  ]);
  const names = [...command.split('\0'), ...environment.split('\0'), cwd];
  if (!names.some((each) => each.includes(folder))) return undefined;
  if (/^State:\s+[ZX]/m.test(await text('status'))) return undefined;
  return { pid, command: command.replaceAll('\0', ' ').trim() };
}
