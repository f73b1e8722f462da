import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from '@consulta/platform/embedded/files';
import { freePort } from '@consulta/platform/process';
import { type Program, root } from '../processes/keep-up.ts';

/** What a service needs to find SNS and SQS, as variables of its environment. */
export type Queues = Record<
  'BUS_RESOURCES' | 'AWS_ENDPOINT_URL' | 'AWS_REGION' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY',
  string
>;

const startsWithinMs = 60_000;

/** Runs an emulator of SNS and SQS whose messages are kept in the data folder; resolves when its queues are there. */
export async function startFauxqs(dataFolder: string, keep: (program: Program) => unknown): Promise<Queues> {
  const port = await freePort();
  const resources = join(dataFolder, 'bus-resources.json');
  await rm(resources, { force: true });
  keep({
    name: 'fauxqs',
    command: process.execPath,
    args: ['apps/distributed/testing/fauxqs-process.ts'],
    cwd: root,
    env: {
      ...process.env,
      FAUXQS_PORT: String(port),
      FAUXQS_FOLDER: join(dataFolder, 'fauxqs'),
      BUS_RESOURCES: resources,
    },
    words: 'log',
  });
  const deadlineMs = performance.now() + startsWithinMs;
  while ((await readIfThere(resources)) === undefined) {
    if (performance.now() > deadlineMs) throw new Error('the emulator of SNS and SQS did not start in time');
    await sleep(50);
  }
  return {
    BUS_RESOURCES: resources,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    // It takes any.
    AWS_ACCESS_KEY_ID: 'consulta',
    AWS_SECRET_ACCESS_KEY: 'consulta',
  };
}
