import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Launcher, Owner } from './launcher.ts';

/** Makes an empty data folder that belongs to the owner of the server. */
export async function initialise(
  binaries: Binaries,
  data: string,
  folder: string,
  owner: Owner,
  start: Launcher,
): Promise<void> {
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, 'password');
  if (owner) {
    await chown(folder, owner.uid, owner.gid);
    await chown(data, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  const args = [
    '-D',
    data,
    '-U',
    'consulta',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
  ];
  await new Promise<void>((resolve, reject) => {
    const child = start(binaries.initdb, [...args, '--locale=C.UTF-8', '--no-sync'], { stdio: 'pipe' });
    let output = '';
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.stdout?.resume();
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`initdb failed: ${output}`))));
  });
}
