import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { advisoryLockSeeds, advisoryLocks } from '@consulta/platform/database';

const root = fileURLToPath(new URL('../', import.meta.url));
/** A lock's number or its seed written where the lock is taken, or a constant for one. */
const ownNumber = /advisory_\w*lock\w*\(\s*\d|hashtextextended\(.*,\s*\d+\)|727_?40\d/;

test('no two advisory locks share a number', () => {
  for (const numbers of [advisoryLocks, advisoryLockSeeds].map(Object.values)) {
    assert.equal(new Set(numbers).size, numbers.length);
  }
});

test('every advisory lock has its number from the one list', () => {
  const sources = globSync('{packages,services,apps,bench,tests}/**/*.{ts,sql}', {
    cwd: root,
    exclude: (name) => name.includes('node_modules') || name.endsWith('.test.ts'),
  });
  assert.ok(sources.length > 200);
  const own = sources.filter((file) => ownNumber.test(readFileSync(root + file, 'utf8')));
  assert.deepEqual(own, ['packages/platform/src/database/advisory-locks.ts']);
});
