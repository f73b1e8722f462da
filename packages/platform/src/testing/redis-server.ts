import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../process/free-port.ts';

const binary = 'redis-server';

/** Why there is no Redis to start; false where there is one. For `skip`. */
export const redisMissing: string | false =
  spawnSync(binary, ['--version']).error !== undefined && `${binary} is not installed here`;

/**
 * The address of a Redis that somebody has and wants the contracts held against, from `TEST_REDIS_URL`; undefined where
 * tests start their own.
 */
export const redisGiven: string | undefined = process.env.TEST_REDIS_URL;

export type TestRedis = {
  url: string;
  port: number;
  /** Makes it stand still, and go on. */
  pause: () => void;
  resume: () => void;
  /** Ends it at once; what it held is gone. */
  kill: () => Promise<void>;
  /** Starts it again at the same port. */
  start: () => Promise<void>;
  /** Ends it for good and removes what it left. */
  close: () => Promise<void>;
};

/** A Redis of one's own on a free port of this machine, which keeps nothing. `settings` are `redis-server`'s. */
export async function startTestRedis(settings: string[] = []): Promise<TestRedis> {
  const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), 'consulta-redis-'))];
  const place = [
    '--bind',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  let running: ChildProcess | undefined;
  const kill = async () => {
    const child = running;
    running = undefined;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const start = async () => {
    running = await startServer([...place, ...settings]);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pause: () => running?.kill('SIGSTOP'),
    resume: () => running?.kill('SIGCONT'),
    kill,
    start,
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once it takes connections. It ends with this process at the latest. */
async function startServer(settings: string[]): Promise<ChildProcess> {
  const child = spawn(binary, settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const { promise, resolve, reject } = Promise.withResolvers<ChildProcess>();
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
    if (said.includes('Ready to accept connections')) resolve(child);
  });
  child.once('exit', () => reject(new Error(`${binary} ended at once: ${said}`)));
  return promise;
}
