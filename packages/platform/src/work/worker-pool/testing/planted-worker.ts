import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { serveTasks } from '../serve.ts';

/*
 * A worker that misbehaves as it is told, for the tests of the pool.
 */
let done = 0;
const held: unknown[] = [];

const planted: Record<string, (content: Buffer) => unknown> = {
  echo: (content) => ({ pid: process.pid, done, bytes: content.length, first: content.at(0) }),
  environment: () => process.env,
  throw: () => {
    throw new RangeError('thrown on purpose');
  },
  loop: () => {
    for (;;);
  },
  never: () => new Promise(() => {}),
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  exit: () => process.exit(7),
  write: () => writeFileSync('/tmp/consulta-planted', 'x'),
  spawn: () => spawnSync('true').error ?? 'spawned',
  connect: () => once(connect(1, '127.0.0.1'), 'connect'),
  // Of these, the first three end a whole process when a worker thread does them, whatever its limits.
  'one array': () => new Array(1e9).fill(0).map((_, index) => ({ index })),
  'growing map': () => {
    const map = new Map<number, number>();
    for (let index = 0; ; index += 1) map.set(index, index);
  },
  'growing object': () => {
    const object: Record<string, number> = {};
    for (let index = 0; ; index += 1) object[`key ${index}`] = index;
  },
  'many objects': () => {
    for (;;) held.push({});
  },
  'many buffers': () => {
    for (;;) held.push(new Uint8Array(1e7).fill(1));
  },
};

serveTasks((task: string, content) => {
  done += 1;
  return planted[task]?.(content);
});
