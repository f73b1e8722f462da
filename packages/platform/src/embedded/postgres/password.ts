import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The password of the application's role, kept in `folder`; made on the first start. */
export async function preparePassword(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const file = join(folder, 'password');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    const password = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
    await writeFile(file, `${password}\n`, { mode: 0o600 });
    return password;
  }
}
