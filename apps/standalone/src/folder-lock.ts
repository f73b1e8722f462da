import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFile } from '@consulta/platform/embedded/file-lock';
import { WrongSetting } from '@consulta/platform/process';

/** Another process, or another part of this one, works on the folder. */
export class FolderTaken extends WrongSetting {
  constructor(folder: string) {
    super(`Another Consulta is running on ${folder}: DATA_DIR accepts a folder of its own.`);
    this.name = 'FolderTaken';
  }
}

/**
 * Makes the caller the only one who works on a data folder, until it releases the folder or its process ends,
 * however that ends. The lock lies on a file inside the folder, so it holds whatever path, mount or network namespace
 * the folder is reached by.
 *
 * @param waitMs how long to wait for one that is just stopping; then it throws {@link FolderTaken}.
 * @returns what releases the folder.
 */
export async function lockFolder(folder: string, waitMs: number): Promise<() => void> {
  await mkdir(folder, { recursive: true });
  const release = await lockFile(join(folder, 'owner.lock'), waitMs);
  if (!release) throw new FolderTaken(folder);
  return release;
}
