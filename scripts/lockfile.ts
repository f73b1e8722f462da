/*
 * npm run lockfile
 * `npm ci` wants the lock file to name the builds of optional packages for every platform. A registry that carries
 * only some of them makes `npm install` leave the others out; this adds them again (version, os, cpu and libc from
 * their names), and takes out addresses of registries.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Entry = { resolved?: string; optionalDependencies?: Record<string, string>; dev?: boolean };
type Platform = {
  version: string;
  cpu?: string[];
  libc?: string[];
  dev?: boolean;
  optional: true;
  os?: string[];
};
type LockFile = { packages: Record<string, Entry | Platform> };

const file = new URL('../package-lock.json', import.meta.url);
const systems = [
  'android',
  'darwin',
  'win32',
  'freebsd',
  'linux',
  'openharmony',
  'sunos',
  'netbsd',
  'openbsd',
  'aix',
];
const processors = [
  'x64',
  'arm64',
  'arm',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
];

const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
for (const [path, entry] of Object.entries(lock.packages)) {
  if ('resolved' in entry && /^https?:/.test(entry.resolved ?? '')) delete entry.resolved;
  const optional = 'optionalDependencies' in entry ? entry.optionalDependencies : undefined;
  for (const [name, version] of Object.entries(optional ?? {})) {
    const place = `node_modules/${name}`;
    if (lock.packages[place] || lock.packages[`${path}/${place}`]) continue;
    lock.packages[place] = platformEntry(name, version, 'dev' in entry && entry.dev === true);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);

function platformEntry(name: string, version: string, dev: boolean): Platform {
  const words = name
    .replace(/^@[^/]+\//, '')
    .replace(/^windows-/, 'win32-')
    .split('-');
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    version: version.replace(/^[\^~]/, ''),
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(os === 'linux' && libc ? { libc: [libc] } : {}),
    ...(dev ? { dev } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}
