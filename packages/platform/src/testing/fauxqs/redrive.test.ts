import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createBusResources, startFauxqsHere, writeBusResources } from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'consulta-redrive-'));
const fauxqs = await startFauxqsHere();
after(async () => {
  await fauxqs.stop();
  await rm(folder, { recursive: true, force: true });
});
const resources = await createBusResources({ prefix: 'consulta', endpoint: fauxqs.endpoint });
const file = join(folder, 'bus.json');
await writeBusResources(file, resources);

const command = fileURLToPath(import.meta.resolve('../../alone/redrive.ts'));
const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
const emulated = {
  AWS_ENDPOINT_URL: fauxqs.endpoint,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
};
const redrive = (args: string[], environment: Record<string, string>) =>
  promisify(execFile)(process.execPath, [command, ...args], {
    env: { PATH: process.env.PATH, ...emulated, ...environment },
  });

test('dead letters go back to the queue that they came from', async () => {
  const sqs = new SQSClient({ endpoint: fauxqs.endpoint, region: 'us-east-1', credentials });
  for (const [topic, count] of [
    ['claim_released', 12],
    ['booking_wake', 2],
  ] as const) {
    for (let index = 0; index < count; index += 1) {
      const fifo = { MessageGroupId: 'ana', MessageDeduplicationId: String(index) };
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: resources[topic].deadLetterQueueUrl,
          MessageBody: JSON.stringify({ id: String(index), key: 'ana' }),
          ...(topic === 'booking_wake' ? fifo : {}),
        }),
      );
    }
    const { stdout } = await redrive([topic], { BUS_RESOURCES: file });
    assert.equal(stdout, `${count} dead letters of ${topic} moved back.\n`);
    const suffix = topic === 'booking_wake' ? '.fifo' : '';
    assert.equal(fauxqs.inspectQueue(`consulta-${topic}${suffix}`)?.messages.ready.length, count);
  }
  sqs.destroy();
});

test('a topic or a bus that is not named is asked for', async () => {
  await assert.rejects(redrive(['nothing'], { BUS_RESOURCES: file }), /Usage: .*claim_released/);
  await assert.rejects(redrive(['claim_released'], {}), /Set BUS_RESOURCES, .* or BUS_DATABASE_URL/);
});
