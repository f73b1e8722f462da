import { freePort } from '../../free-port.ts';
import type { Log } from '../../log.ts';
import type { Binaries } from './binaries.ts';
import { endServer } from './end-process.ts';
import type { Launcher } from './launcher.ts';
import { stopLeftover } from './leftover.ts';

const readyLine = 'database system is ready to accept connections';

/**
 * Starts the server on a free port. A server that a killed process left behind is stopped first; a start that dies
 * of an old server which is still ending, or was only just beginning, is tried again.
 */
export async function launch(
  binaries: Binaries,
  data: string,
  start: Launcher,
  options: { durable: boolean; log: Log; settings?: Record<string, string> },
): Promise<{ port: number; stop: () => Promise<void> }> {
  for (let attempt = 1; ; attempt += 1) {
    await stopLeftover(data, options.log);
    const port = await freePort();
    try {
      return { port, stop: await launchOnce(binaries, data, start, port, options) };
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(250);
    }
  }
}

/** Detached: a signal to this process's group must not reach the server before requests are drained. */
function launchOnce(
  binaries: Binaries,
  data: string,
  start: Launcher,
  port: number,
  options: { durable: boolean; log: Log; settings?: Record<string, string> },
): Promise<() => Promise<void>> {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '120',
    shared_buffers: '256MB',
    // Nothing acknowledged is lost: commits wait for the disk.
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = start(binaries.postgres, ['-D', data, ...flags], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let output = '';
    let ready = false;
    child.stderr?.on('data', (chunk) => {
      if (ready) return;
      output += chunk;
      if (!output.includes(readyLine)) return;
      ready = true;
      child.unref();
      resolve(() => endServer(child));
    });
    child.once('error', reject);
    void exited.then(() => {
      if (ready) options.log.info('PostgreSQL has stopped');
      else reject(new Error(`PostgreSQL did not start: ${output.slice(-2000)}`));
    });
  });
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
