import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import semver from 'semver';

/*
 * npm warns about every package that was not made for the Node.js it runs on. Who installs on a version that we
 * recommend sees no such warning (`npm run check:install` installs for real), and the program runs on its own Node.js.
 */

type Package = { version?: string; engines?: { node?: string }; optional?: boolean };
type LockFile = { packages: Record<string, Package> };

const { packages } = JSON.parse(
  await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'),
) as LockFile;

/** What would be warned about; builds for other platforms are not installed. */
const notMadeFor = (node: string): string[] =>
  Object.entries(packages)
    .filter(([, { engines, optional }]) => !optional && !semver.satisfies(node, engines?.node ?? '*'))
    .map(([name]) => name);

for (const node of ['22.13.0', '24.0.0', '26.0.0']) {
  test(`every package is made for Node.js ${node}`, () => {
    assert.ok(Object.keys(packages).length > 100);
    assert.deepEqual(notMadeFor(node), []);
  });
}

test('whatever Node.js npm runs on, the program runs on the one that was installed with it', () => {
  assert.equal(process.version, `v${packages['node_modules/node']?.version}`);
});
