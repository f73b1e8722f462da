import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';

/** How many messages lie in the dead-letter queues of a distributed system on this machine, by topic. */
export async function deadLetters(folder: string): Promise<Record<string, number>> {
  type Resources = Record<string, { deadLetterQueueUrl: string }>;
  const resources = JSON.parse(await readFile(join(folder, 'bus-resources.json'), 'utf8')) as Resources;
  const [first] = Object.values(resources);
  const sqs = new SQSClient({
    endpoint: new URL(first?.deadLetterQueueUrl ?? '').origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'consulta', secretAccessKey: 'consulta' },
  });
  const counted = await Promise.all(
    Object.entries(resources).map(async ([topic, { deadLetterQueueUrl: QueueUrl }]) => {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return [topic, Number(Attributes?.ApproximateNumberOfMessages)] as const;
    }),
  );
  sqs.destroy();
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
