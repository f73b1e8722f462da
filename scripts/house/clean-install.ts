/*
 * npm run check:install [-- VERSION]
 * Installs what the lock file names into an empty folder, with npm on that version of Node.js (22), and fails where npm
 * has anything to warn about. It needs the network.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const version = process.argv[2] ?? '22';
const files = ['package.json', 'package-lock.json', '.npmrc', '{packages,services,apps}/*/package.json'];

const folder = mkdtempSync(join(tmpdir(), 'consulta-install-'));
try {
  for (const file of globSync(files, { cwd: root })) cpSync(join(root, file), join(folder, file));
  const command = [
    'exec',
    '--yes',
    `--package=node@${version}`,
    '--',
    'sh',
    '-c',
    'node --version && npm ci',
  ];
  const { status, stdout, stderr } = spawnSync('npm', command, { cwd: folder, encoding: 'utf8' });
  console.log(stdout + stderr);
  process.exitCode = status === 0 && !/^npm (warn|error)/im.test(stderr) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
