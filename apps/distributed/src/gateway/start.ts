import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@consulta/platform/process';
import type { DistributedConfig } from '../config.ts';
import type { Kept, Program } from '../processes/keep-up.ts';
import { type Replica, services } from '../replicas.ts';
import { bindsOf } from './entrance.ts';
import { type Gateway, haproxyFiles, haproxyTexts } from './haproxy.ts';
import { ownersOf } from './owners.ts';
import routes from './routes.json' with { type: 'json' };

/** What the gateway stands between. */
export type Between = {
  port: number;
  https: { cert: Buffer; key: Buffer } | undefined;
  overseerPort: number;
  replicas: readonly Replica[];
};

/** Starts HAProxy before the replicas; answers also where services reach the ones they call. */
export async function startGateway(
  command: string,
  config: DistributedConfig,
  between: Between,
  keep: (program: Program) => Kept,
): Promise<{ gateway: Kept; internalPorts: { user: number; schedule: number } }> {
  const folder = join(config.dataFolder, 'gateway');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const certificate = between.https && (await writeCertificate(folder, between.https));
  const internalPorts = { user: await freePort(), schedule: await freePort() };
  const program = await gatewayProgram(command, {
    ...{ folder, certificate },
    binds: bindsOf(config.host, between.port),
    loopback: config.loopback,
    trustedProxies: config.trustedProxies,
    owners: ownersOf(routes),
    fallback: 'user',
    overseerPort: between.overseerPort,
    ...poolsOf(between.replicas, internalPorts),
  });
  return { gateway: keep(program), internalPorts };
}

/** Writes what HAProxy reads and has it checked. Throws with HAProxy's own words where it refuses it. */
export async function gatewayProgram(command: string, gateway: Gateway): Promise<Program> {
  for (const [file, text] of Object.entries(haproxyTexts(gateway)))
    await writeFile(file, text, { mode: 0o600 });
  const { configuration } = haproxyFiles(gateway);
  await promisify(execFile)(command, ['-c', '-f', configuration]);
  return { name: 'haproxy', command, args: ['-db', '-f', configuration], cwd: gateway.folder, words: 'log' };
}

function poolsOf(
  replicas: readonly Replica[],
  ports: { user: number; schedule: number },
): Pick<Gateway, 'pools' | 'internal'> {
  const targets = (service: string, portOf: (replica: Replica) => number) =>
    replicas
      .filter((replica) => replica.service === service)
      .map((replica) => ({ name: replica.name, port: portOf(replica) }));
  const facing = services.filter(({ facesPeople }) => facesPeople);
  return {
    pools: facing.map(({ name }) => ({ name, targets: targets(name, ({ port }) => port) })),
    internal: Object.entries(ports).map(([name, port]) => ({
      ...{ name, port },
      targets: targets(name, ({ internalPort }) => internalPort),
    })),
  };
}

/** The file in which HAProxy wants a certificate and its key, for nobody else to read. */
async function writeCertificate(
  folder: string,
  { cert, key }: { cert: Buffer; key: Buffer },
): Promise<string> {
  const file = join(folder, 'entrance.pem');
  await writeFile(file, Buffer.concat([cert, Buffer.from('\n'), key]), { mode: 0o600 });
  return file;
}
