import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, runningDatabaseUrl } from '@consulta/platform';

export type BenchServer = {
  port: number;
  folder: string;
  /** Connection URL of a database on the server's PostgreSQL. */
  databaseUrl: (name: string) => Promise<string>;
  process: ChildProcess;
  stop: () => Promise<void>;
};

/** Starts the standalone application in a process and a folder of its own, without demo data and rate limits. */
export async function startServer(): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-bench-'));
  const port = await freePort();
  const internalPort = await freePort();
  const child = spawn(process.execPath, ['apps/standalone/src/main.ts'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
      DATA_DIR: folder,
      DEMO: '0',
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'error',
    },
  });
  await untilReady(port, child);
  const databaseUrl = (name: string) => runningDatabaseUrl(join(folder, 'postgres'), name);
  const stop = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  return { port, folder, databaseUrl, process: child, stop };
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server did not become ready');
}
