import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import { freePort } from '@consulta/platform/process';

export type ServerProcess = {
  port: number;
  internalPort: number;
  url: string;
  folder: string;
  pid: number;
  /** What it wrote to standard output so far. */
  output: () => string;
  /** What it wrote to standard error so far. */
  errors: () => string;
  /** Its exit code, once it has ended. */
  exited: Promise<number | null>;
  /** Connection URL of a database on the server's PostgreSQL. */
  databaseUrl: (name: string) => Promise<string>;
  /** SIGTERM, until it has ended; answers the exit code. */
  terminate: () => Promise<number | null>;
  /** SIGKILL at once: Node alone, or PostgreSQL as well. */
  kill: (what: 'node' | 'node and postgres') => Promise<void>;
};

export type ServerOptions = {
  folder?: string;
  port?: number;
  environment?: Record<string, string>;
  nodeFlags?: string[];
  /** A program with arguments that becomes the server, such as `prlimit --nofile=256`. */
  wrapper?: string[];
  /** What Node.js runs in place of what `npm start` does. */
  script?: string;
  /** Answers 200 when the server counts as started. */
  startedPath?: string;
};

/**
 * Starts the standalone application as a process of its own, in a new folder unless one is given, by default
 * without demo data and rate limits.
 */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const server = await spawnServer(options);
  await untilStarted(server, options.startedPath ?? '/health/ready');
  return server;
}

/** The same without waiting until it has started. */
export async function spawnServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'consulta-server-')));
  const port = options.port ?? (await freePort());
  const internalPort = await freePort();
  const node = [process.execPath, ...(options.nodeFlags ?? []), ...(await startArguments(options.script))];
  const [program = process.execPath, ...rest] = [...(options.wrapper ?? []), ...node];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: root,
    detached: true,
    env: {
      ...process.env,
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
      DATA_DIR: folder,
      DEMO: '0',
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'silent',
      ...options.environment,
    },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
    process.stderr.write(chunk);
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // A test that fails half way must not leave its server running.
  const killWithTest = () => child.kill('SIGKILL');
  process.once('exit', killWithTest);
  void exited.then(() => process.off('exit', killWithTest));
  for (const pipe of [child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
  child.unref();
  const postgres = join(folder, 'postgres');
  return {
    port,
    internalPort,
    url: `http://127.0.0.1:${port}`,
    folder,
    pid: child.pid ?? 0,
    output: () => output,
    errors: () => errors,
    exited,
    databaseUrl: (name) => runningDatabaseUrl(postgres, name),
    terminate: () => {
      child.ref();
      child.kill('SIGTERM');
      return exited;
    },
    kill: async (what) => {
      child.ref();
      child.kill('SIGKILL');
      if (what === 'node and postgres') {
        const [pid] = (await readFile(join(postgres, 'data', 'postmaster.pid'), 'utf8')).split('\n');
        process.kill(-Number(pid), 'SIGKILL');
      }
      await exited;
    },
  };
}

const root = new URL('../../', import.meta.url);

/** What `npm start` gives to Node.js. */
async function startArguments(script: string | undefined): Promise<string[]> {
  if (script) return [script];
  const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as PackageFile;
  return scripts.start.replace(/^exec node /, '').split(' ');
}

type PackageFile = { scripts: { start: string } };

/** Removes a server's folder once it has ended. */
export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true });

/** Waits until the path answers 2xx, for 75 s at most; throws with the process's own words when it ends before. */
export async function untilStarted(server: ServerProcess, path: string): Promise<void> {
  let end: string | undefined;
  void server.exited.then((code) => {
    end = `the server ended with ${code}: ${server.errors()}`;
  });
  const deadlineMs = performance.now() + 75_000;
  while (performance.now() < deadlineMs) {
    if (end !== undefined) throw new Error(end);
    const answered = await fetch(`${server.url}${path}`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the server did not start in time');
}
