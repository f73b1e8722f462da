import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { type DiskSpaceLimits, watchDiskSpace } from './disk-space.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-space-'));
after(() => rm(folder, { recursive: true, force: true }));
const log = createLog('silent');
const reserveBytes = 2 * 1024 * 1024 + 1;
/** The disk here counts as nearly empty, or as full: what is free stays the same, what is asked for differs. */
const empty = { reserveBytes, lowBytes: 0, enoughBytes: 0 };
const full = { reserveBytes, lowBytes: Number.MAX_VALUE, enoughBytes: Number.MAX_VALUE };
const watch = (limits: DiskSpaceLimits) => watchDiskSpace({ folder, log, limits, metrics: createMetrics() });

test('a reserve is made while there is enough, and really takes its space', async () => {
  const space = await watch(empty);
  assert.equal(space.lack(), undefined);
  while (!(await readdir(folder)).includes('reserve'))
    await new Promise((resolve) => setTimeout(resolve, 20));
  await space.stop();
  const { size, blocks } = await stat(join(folder, 'reserve'));
  assert.equal(size, reserveBytes);
  assert.ok(blocks * 512 >= reserveBytes);
});

test('a full disk gets the reserve before anything else starts, and what is lacking is said', async () => {
  const space = await watch(full);
  assert.deepEqual(await readdir(folder), []);
  assert.match(space.lack()?.en ?? '', /space on the disk \(\d+ MiB are left\)/);
  await space.stop();
});
