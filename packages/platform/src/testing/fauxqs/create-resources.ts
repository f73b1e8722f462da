import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Topic, topics } from '@consulta/contracts/topics';
import type { BusResources, TopicResources } from '../../aws/resources.ts';

/** How often a message is received before it rests among the dead letters, and how long one is another's alone. */
export type Retrying = { receivesMax: number; visibilityS: number };

type Options = {
  /** What the names of topics and queues begin with. */
  prefix: string;
  /** Of SNS and SQS; by default what the environment says, as the AWS SDK reads it. */
  endpoint?: string;
  retrying?: Retrying;
};

/** The topics whose order counts, by doctor. */
const fifoTopics: ReadonlySet<Topic> = new Set<Topic>(['booking_wake']);
const fourteenDaysS = 1_209_600;

/**
 * Makes each topic of the bus with its queue and its dead-letter queue, as infrastructure does it for those who run
 * Consulta on SNS and SQS; what is there already stays. The emulator takes any credentials.
 */
export async function createBusResources(options: Options): Promise<BusResources> {
  const { endpoint } = options;
  const emulated = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const config = endpoint === undefined ? {} : { ...emulated, endpoint };
  const clients = { sns: new SNSClient(config), sqs: new SQSClient(config) };
  const made = await Promise.all(
    (Object.keys(topics) as Topic[]).map(async (topic) => [topic, await createOne(clients, topic, options)]),
  );
  for (const client of Object.values(clients)) client.destroy();
  return Object.fromEntries(made);
}

type Clients = { sns: SNSClient; sqs: SQSClient };

async function createOne(clients: Clients, topic: Topic, options: Options): Promise<TopicResources> {
  const { receivesMax, visibilityS } = options.retrying ?? { receivesMax: 13, visibilityS: 20 };
  const fifo = fifoTopics.has(topic);
  const nameOf = (part: string) => `${options.prefix}-${part}${fifo ? '.fifo' : ''}`;
  const queueAttributes = {
    MessageRetentionPeriod: String(fourteenDaysS),
    ...(fifo
      ? { FifoQueue: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
      : {}),
  };
  const { TopicArn: topicArn = '' } = await clients.sns.send(
    new CreateTopicCommand({
      Name: nameOf(topic),
      Attributes: fifo ? { FifoTopic: 'true', FifoThroughputScope: 'MessageGroup' } : {},
    }),
  );
  const dead = await createQueue(clients.sqs, nameOf(`${topic}-dead-letters`), queueAttributes);
  const queue = await createQueue(clients.sqs, nameOf(topic), {
    ...queueAttributes,
    VisibilityTimeout: String(visibilityS),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: receivesMax }),
    Policy: JSON.stringify(acceptingFrom(topicArn)),
  });
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  const reached = (url: string) => reachedAt(url, options.endpoint);
  return { topicArn, queueUrl: reached(queue.url), deadLetterQueueUrl: reached(dead.url) };
}

/** A queue's URL at the emulator's own address: it names hosts of AWS's kind, which only some machines resolve. */
const reachedAt = (url: string, endpoint: string | undefined): string =>
  endpoint === undefined ? url : new URL(new URL(url).pathname, endpoint).href;

async function createQueue(
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<{ url: string; arn: string }> {
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
  );
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: Attributes?.QueueArn ?? '' };
}

/** The policy of a queue that takes messages from one topic alone. */
const acceptingFrom = (topicArn: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    },
  ],
});
