import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes this process the only one that works on a data folder, until it ends, however it ends: on Linux the
 * lock is a socket in the abstract namespace, which goes with its process.
 *
 * @param waitMs how long to wait for one that is just stopping; then it throws.
 */
export async function lockFolder(folder: string, waitMs: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32);
  const path = process.platform === 'linux' ? `\0consulta-${name}` : join(tmpdir(), `consulta-${name}.sock`);
  for (let waitedMs = 0; ; waitedMs += 100) {
    if (await listen(path)) return;
    if (waitedMs >= waitMs) throw new Error(`Another Consulta is running on ${folder}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const listen = (path: string) =>
  new Promise<boolean>((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen(path, () => {
      server.unref();
      resolve(true);
    });
  });
