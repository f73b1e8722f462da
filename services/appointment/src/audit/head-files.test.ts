import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { holdTo, isBroken } from '@consulta/platform/testing';
import { type AuditHeadsUnderTest, auditHeadsContract } from './audit-heads.contract.ts';
import type { AuditHeads, Head } from './audit-heads.ts';
import { openHeadFiles } from './head-files.ts';

const root = await mkdtemp(join(tmpdir(), 'consulta-heads-'));
after(() => rm(root, { recursive: true, force: true }));

/** A fault is planted in each process's store by itself. */
type Fault = (sound: AuditHeads) => Partial<AuditHeads>;

async function underTest(fault: Fault = () => ({})): Promise<{ adapter: AuditHeadsUnderTest }> {
  const folder = await mkdtemp(join(root, 'heads-'));
  const open = async () => {
    const sound = await openHeadFiles(folder);
    return { ...sound, ...fault(sound) };
  };
  return { adapter: { open } };
}

holdTo('the head files', auditHeadsContract, () => underTest());

const rememberingOwn: Fault = (sound) => {
  let own: Head | undefined;
  return {
    latest: async () => own,
    record: (head) => {
      own = head;
      return sound.record(head);
    },
  };
};

const planted: [promise: string, fault: Fault][] = [
  [
    'at first there is no head',
    () => ({ latest: async () => ({ position: 0, hash: '', at: null, signature: null }) }),
  ],
  ['what one process records is the latest for all', rememberingOwn],
  ['no head that is handed in or out is the one that is kept', rememberingOwn],
  ['a head takes the place of none that is further', rememberingOwn],
  [
    'a head comes back with all it had, unsigned ones too',
    ({ latest }) => ({
      latest: async () => {
        const head = await latest();
        return head && { ...head, signature: head.signature ?? '' };
      },
    }),
  ],
  [
    'a head is kept for good every 1,000 positions, also where processes take turns',
    ({ record }) => ({ record: (head) => record(head).then(() => true) }),
  ],
  [
    'a head is kept for good every 10 minutes, whatever its position',
    ({ record }) => ({ record: (head) => record({ ...head, at: '2031-03-10T12:00:00.000Z' }) }),
  ],
  [
    'heads come in order of position, the latest included',
    ({ all }) => ({
      all: async () => {
        const { heads, unreadable } = await all();
        return { heads: heads.toReversed(), unreadable };
      },
    }),
  ],
];

for (const [promise, fault] of planted) {
  test(`a store that breaks this is found out: ${promise}`, async () => {
    assert.ok(await isBroken(auditHeadsContract, promise, () => underTest(fault)));
  });
}

test('a line that one process is writing is no other one’s to cut', async () => {
  const folder = await mkdtemp(join(root, 'heads-'));
  const log = join(folder, 'audit-heads.log');
  await appendFile(log, '{"position":1');
  await openHeadFiles(folder);
  assert.equal(await readFile(log, 'utf8'), '{"position":1');
});

test('half a line that a crash left makes no other line unreadable', async () => {
  const folder = await mkdtemp(join(root, 'heads-'));
  const heads = await openHeadFiles(folder);
  const head = (position: number) => ({ position, hash: 'a'.repeat(64), at: null, signature: null });
  await heads.record(head(1));
  await appendFile(join(folder, 'audit-heads.log'), '{"position":2,"ha');
  assert.equal(await heads.record(head(3)), true);
  const { heads: found, unreadable } = await heads.all();
  assert.deepEqual([found.map(({ position }) => position), unreadable], [[1, 3, 3], 0]);
});

test('the latest is found at the end of a log of any length, without the rest being read', async () => {
  const folder = await mkdtemp(join(root, 'heads-'));
  const line = (position: number) =>
    `${JSON.stringify({ position, hash: 'a'.repeat(64), at: null, signature: null })}\n`;
  const lines = Array.from({ length: 3_000 }, (_, index) => line(index + 1));
  await appendFile(join(folder, 'audit-heads.log'), `${'x'.repeat(200_000)}\n${lines.join('')}`);
  assert.equal((await (await openHeadFiles(folder)).latest())?.position, 3_000);
});
