import { randomBytes } from 'node:crypto';
import { chmod, lchown, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, readIfThere, writePrivateFile } from '../durable-files.ts';

/** The superuser of the server: for setting up and for administration, never for the application. */
export const superuser = 'consulta';

export const newPassword = () => randomBytes(24).toString('base64url');

const passwordFile = (folder: string) => join(folder, 'password');

/**
 * The superuser's password, kept in `folder`, which is made when it is missing. Folder and file belong to who
 * starts the server: the server's own user could otherwise replace what a start as root then works on.
 */
export async function preparePassword(folder: string): Promise<string> {
  await makeFolder(folder);
  await takeOver(folder);
  // The server's user passes it on its way to the data, whose own folder is closed to all others.
  await chmod(folder, 0o755);
  const kept = (await readIfThere(passwordFile(folder)))?.trim();
  if (kept) {
    await takeOver(passwordFile(folder));
    await chmod(passwordFile(folder), 0o600);
    return kept;
  }
  const password = newPassword();
  await writePrivateFile(passwordFile(folder), `${password}\n`);
  return password;
}

/** Throws where no server was ever set up in `folder`. */
export async function readPassword(folder: string): Promise<string> {
  const password = (await readIfThere(passwordFile(folder)))?.trim();
  if (!password) throw new Error(`there is no database password in ${folder}`);
  return password;
}

/** Earlier versions gave these to the server's user. */
async function takeOver(path: string): Promise<void> {
  const { uid } = await lstat(path);
  const mine = process.getuid?.();
  if (mine !== undefined && mine !== uid) await lchown(path, mine, process.getgid?.() ?? mine);
}
