import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/*
 * The house's rules (scripts/house/floors.ts) are only as good as the check that keeps them: each fault is planted in a
 * copy of the project, which is no git repository, and the check must find it there.
 */
const root = fileURLToPath(new URL('../', import.meta.url));
const script = join(root, 'scripts/house/check.ts');
const copy = await mkdtemp(join(tmpdir(), 'consulta-house-'));
after(() => rm(copy, { recursive: true, force: true }));

before(async () => {
  const isSource = (path: string) => !['node_modules', 'cases'].includes(basename(path));
  for (const folder of ['packages', 'services', 'apps', 'tests', 'bench', 'scripts', 'infra']) {
    await cp(join(root, folder), join(copy, folder), { recursive: true, filter: isSource });
  }
});

function check(): Promise<{ passes: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, copy], (error, stdout, stderr) =>
      resolve({ passes: error === null, output: stdout + stderr }),
    );
  });
}

/** Adds a line to each of some files of the copy, runs the check, and takes the lines away again. */
async function checkWith(lines: Record<string, string>): Promise<{ passes: boolean; output: string }> {
  const files = await Promise.all(
    Object.entries(lines).map(async ([path, line]) => {
      const file = join(copy, path);
      return { file, line, before: await readFile(file, 'utf8') };
    }),
  );
  for (const { file, line } of files) await appendFile(file, `${line}\n`);
  try {
    return await check();
  } finally {
    for (const { file, before } of files) await writeFile(file, before);
  }
}

test('the project keeps the rules, in a copy without a git repository too', async () => {
  const { passes, output } = await check();
  assert.ok(passes, output);
});

const planted: { fault: string; lines: Record<string, string>; says: RegExp }[] = [
  {
    fault: 'a relative import across rooms',
    lines: { 'services/schedule/src/app.ts': `import '../../../packages/platform/src/http/route.ts';` },
    says: /services\/schedule\/src\/app\.ts:\d+: .* climbs over the wall of packages\/platform/,
  },
  {
    fault: 'a relative import of a type across rooms',
    lines: {
      'services/schedule/src/app.ts': `export type Planted = import('../../user/src/tables.ts').UserTables;`,
    },
    says: /climbs over the wall of services\/user/,
  },
  {
    fault: 'an entrance that a room does not have',
    lines: { 'services/schedule/src/app.ts': `export * from '@consulta/platform/src/http/route.ts';` },
    says: /is not among what that room exports/,
  },
  {
    fault: 'a service that imports another',
    lines: { 'services/user/src/app.ts': `import type {} from '@consulta/schedule';` },
    says: /services\/schedule stands beside services\/user/,
  },
  {
    fault: 'a worker that enters a service by another door than its store',
    lines: { 'services/appointment-creator/src/app.ts': `import type {} from '@consulta/appointment';` },
    says: /services\/appointment stands beside services\/appointment-creator/,
  },
  {
    fault: 'a platform that knows a service',
    lines: { 'packages/platform/src/http/route.ts': `await import('@consulta/user');` },
    says: /services\/user stands above packages\/platform/,
  },
  {
    fault: 'a contract that does I/O',
    lines: { 'packages/contracts/src/common/ids.ts': `import 'node:fs/promises';` },
    says: /contracts do no I\/O/,
  },
  {
    fault: 'a lower folder of the platform that imports a higher one',
    lines: { 'packages/platform/src/problems/problem.ts': `import type {} from '../http/route.ts';` },
    says: /http stands above problems/,
  },
  {
    fault: 'a wing of a service that imports its neighbour',
    lines: { 'services/appointment/src/figures/routes.ts': `import '../events/routes.ts';` },
    says: /events stands beside figures/,
  },
  {
    fault: 'shipped code that imports test code',
    lines: { 'services/user/src/app.ts': `import '../testing/index.ts';` },
    says: /is test code/,
  },
  {
    fault: 'a circle of two files of one folder',
    lines: {
      'packages/platform/src/process/error-code.ts': `import './release-memory.ts';`,
      'packages/platform/src/process/release-memory.ts': `import type {} from './error-code.ts';`,
    },
    says: /in a circle: packages\/platform\/src\/process\/error-code\.ts, packages\/platform\/src\/process\/release-memory\.ts/,
  },
];

for (const { fault, lines, says } of planted) {
  test(`the check refuses ${fault}`, async () => {
    const { passes, output } = await checkWith(lines);
    assert.ok(!passes, 'the check passes');
    assert.match(output, says);
  });
}
