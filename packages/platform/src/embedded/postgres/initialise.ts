import { chown, mkdtemp, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnStep } from '../../process/on-step.ts';
import { removeDurably, syncFolder } from '../durable-files.ts';
import type { Binaries } from './binaries.ts';
import type { Launcher, Owner } from './launcher.ts';
import { superuser } from './password.ts';

const workplacePrefix = 'initialising-';

export type Initialisation = {
  binaries: Binaries;
  /** Gets a `data` folder, unless it has one. */
  folder: string;
  /** The superuser's. */
  password: string;
  owner: Owner;
  start: Launcher;
  /** Whether the files must outlive a power cut. */
  durable: boolean;
  onStep: OnStep;
};

/**
 * Makes the server's data folder where there is none. It is made beside and renamed once it is complete and on the
 * disk, so that a start which ends half way leaves nothing that a later one would take for a data folder. The name
 * beside is new each time: the initdb of a killed start may still be writing to its own.
 */
export async function initialise(options: Initialisation): Promise<void> {
  const { folder, onStep } = options;
  for (const name of await readdir(folder)) {
    if (name.startsWith(workplacePrefix)) await removeDurably(join(folder, name));
  }
  const data = join(folder, 'data');
  if (await exists(join(data, 'PG_VERSION'))) return;
  await removeDurably(data);
  const workplace = await mkdtemp(join(folder, workplacePrefix));
  await onStep('place for initialising made');
  await initialiseIn(workplace, options);
  await onStep('database initialised');
  await rename(join(workplace, 'data'), data);
  await syncFolder(folder);
  await onStep('data folder in place');
  await removeDurably(workplace);
}

async function initialiseIn(workplace: string, options: Initialisation): Promise<void> {
  const { binaries, password, owner, start, durable } = options;
  const passwordFile = join(workplace, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (owner) {
    await chown(passwordFile, owner.uid, owner.gid);
    await chown(workplace, owner.uid, owner.gid);
  }
  const args = ['-D', join(workplace, 'data'), '-U', superuser, `--pwfile=${passwordFile}`];
  args.push('--auth=scram-sha-256', '-E', 'UTF8', '--locale=C.UTF-8');
  await run(start, binaries.initdb, durable ? args : [...args, '--no-sync']);
  if (durable) await syncFolder(workplace);
}

function run(start: Launcher, program: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = start(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`initdb failed: ${output}`))));
  });
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
