/*
 * How long somebody else waits while the system is attacked: runs every attack of `npm run test:attacks` alone, one
 * after another, and prints the longest wait for `GET /health/live` and how much memory the server grew during each.
 *
 *   npm run bench:attacks
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const targetMs = 250;
const root = new URL('../', import.meta.url);
const folder = await mkdtemp(join(tmpdir(), 'consulta-attacks-'));
const reportFile = join(folder, 'report.jsonl');
try {
  const tests = spawn(
    process.execPath,
    [
      '--test',
      '--test-concurrency=1',
      '--test-global-setup=tests/support/global-setup.ts',
      ...globSync('tests/attacks/**/*.test.ts', { cwd: root }),
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ATTACKS_REPORT: reportFile } },
  );
  const [exitCode] = (await once(tests, 'exit')) as [number | null];
  const attacks = (await readFile(reportFile, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; longestWaitMs: number; grownMB: number });
  console.table(attacks);
  const longestWaitMs = Math.max(...attacks.map((attack) => attack.longestWaitMs));
  const met = exitCode === 0 && longestWaitMs <= targetMs;
  console.log(JSON.stringify({ bench: 'attacks', figures: { longestWaitMs }, target: targetMs, met }));
  process.exitCode = met ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
