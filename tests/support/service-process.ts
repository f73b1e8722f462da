import { type ChildProcess, spawn } from 'node:child_process';
import { freePort } from '@consulta/platform/process';

export const serviceNames = [
  'user',
  'schedule',
  'appointment',
  'appointment-creator',
  'review-processor',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export type ServiceProcess = {
  name: ServiceName;
  pid: number;
  port: number;
  url: string;
  internalUrl: string;
  /** Sends SIGTERM; answers the exit code. */
  terminate: () => Promise<number | null>;
  kill: () => Promise<unknown>;
  /** The status and words of `/health/ready` at the internal entrance; undefined while nobody listens there. */
  readiness: () => Promise<{ status: number; says: string; away?: string[] } | undefined>;
};

export type ServicePorts = { port: number; internalPort: number };

export const freePorts = async (): Promise<ServicePorts> => ({
  port: await freePort(),
  internalPort: await freePort(),
});

/** Runs one service in a process of its own, as `npm run service` does. */
export function spawnService(
  name: ServiceName,
  { port, internalPort }: ServicePorts,
  environment: Record<string, string>,
): ServiceProcess {
  const child: ChildProcess = spawn(process.execPath, [`services/${name}/src/main.ts`], {
    cwd: new URL('../../', import.meta.url),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      INTERNAL_PORT: String(internalPort),
      LOG_LEVEL: 'silent',
      ...environment,
    },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const internalUrl = `http://127.0.0.1:${internalPort}`;
  const end = (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal);
    return exited;
  };
  return {
    name,
    pid: child.pid ?? 0,
    port,
    url: `http://127.0.0.1:${port}`,
    internalUrl,
    terminate: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    readiness: async () => {
      const answer = await fetch(`${internalUrl}/health/ready`).catch(() => undefined);
      if (!answer) return undefined;
      const { status: says, ...rest } = (await answer.json()) as { status: string; away?: string[] };
      return { status: answer.status, says, ...rest };
    },
  };
}

/** Runs a command of the project; answers what it wrote. Rejects where it fails. */
export async function runCommand(args: string[], environment: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, args, {
    cwd: new URL('../../', import.meta.url),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'silent', ...environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
  return said;
}
