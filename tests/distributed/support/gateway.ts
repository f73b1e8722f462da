import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { processesListed } from '../../support/distributed.ts';
import { eventually } from '../../support/eventually.ts';

/** A replica is up again, a busy machine included, within this time. */
const backWithinMs = 120_000;

/** Which servers the gateway hands requests to at present, as `backend/server`. */
async function serversUp(folder: string): Promise<string[]> {
  const socket = connect(join(folder, 'gateway', 'admin.sock'));
  socket.end('show stat\n');
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  const [head = '', ...rows] = text.trim().split('\n');
  const names = head.replace('# ', '').split(',');
  const cell = (row: string, name: string) => row.split(',')[names.indexOf(name)] ?? '';
  const up = rows.filter((row) => /^UP/.test(cell(row, 'status')) && cell(row, 'svname') !== 'BACKEND');
  return up.map((row) => `${cell(row, 'pxname')}/${cell(row, 'svname')}`);
}

/**
 * Waits until what was told to stop, or killed, runs again as another process and, where it is a replica, says that it is
 * ready and gets requests again.
 */
export async function untilBack(folder: string, name: string, formerPid: number): Promise<void> {
  await eventually(async () => {
    const { pid, internalPort } = (await processesListed(folder))[name] ?? {};
    assert.notEqual(pid, formerPid);
    assert.ok(pid);
    if (!internalPort) return;
    const { status } = await fetch(`http://127.0.0.1:${internalPort}/health/ready`);
    assert.equal(status, 200);
    const [service] = name.split(/-\d$/);
    const up = await serversUp(folder);
    const expected = [`${service}/${name}`, `${service}_internal/${name}`];
    const known = expected.filter((each) => backends.has(each.split('/')[0] ?? ''));
    for (const server of known) assert.ok(up.includes(server), `the gateway does not know ${server}`);
  }, backWithinMs);
}

/** Where the gateway hands requests on. */
const backends = new Set(['user', 'schedule', 'appointment', 'user_internal', 'schedule_internal']);
