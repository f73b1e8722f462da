import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Topic } from '@consulta/contracts/topics';
import { openAwsBus } from '../../aws/bus.ts';
import { type BusClients, openBusClients } from '../../aws/clients.ts';
import type { BusResources } from '../../aws/resources.ts';
import type { BusMessage } from '../../messaging/bus.ts';
import { createLog } from '../../process/log.ts';
import { type BusUnderTest, triesMax } from '../bus.contract.ts';
import { createBusResources } from './create-resources.ts';
import { type Fauxqs, startFauxqsHere } from './start.ts';

/** The variable with which somebody who has an account has the tests run on AWS: `aws`, or an endpoint. */
export const endpointVariable = 'TEST_AWS_ENDPOINT';

type Opened = {
  adapter: BusUnderTest;
  clients: BusClients;
  resources: BusResources;
  /** Undefined on AWS. */
  fauxqs: Fauxqs | undefined;
  close: () => Promise<void>;
};

/** A bus on topics and queues of its own: on the emulator, kept on disk so that it can restart, or on AWS. */
export async function openBusUnderTest(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-bus-'));
  const given = process.env[endpointVariable];
  let fauxqs = given === undefined ? await startFauxqsHere({ folder }) : undefined;
  const endpoint = fauxqs?.endpoint ?? (given === 'aws' ? undefined : given);
  if (endpoint !== undefined) emulate(endpoint);
  const resources = await createBusResources({
    prefix: `consulta-test-${crypto.randomUUID().slice(0, 8)}`,
    ...(endpoint === undefined ? {} : { endpoint }),
    retrying: { receivesMax: triesMax, visibilityS: 20 },
  });
  const clients = openBusClients(resources);
  const pace = { pollS: 1, restS: () => 1 };
  const bus = openAwsBus({ resources, clients, log: createLog('silent'), pace });
  const restartEngine = async () => {
    if (!fauxqs) return;
    const port = Number(new URL(fauxqs.endpoint).port);
    await fauxqs.stop();
    fauxqs = await startFauxqsHere({ folder, port });
  };
  const close = async () => {
    await bus.close();
    await fauxqs?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const deadLetters = (topic: Topic) => messagesIn(clients, resources[topic].deadLetterQueueUrl);
  return { adapter: { bus, deadLetters, restartEngine }, clients, resources, fauxqs, close };
}

/** What the AWS SDK is told of an emulator, which takes any credentials. */
function emulate(endpoint: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
}

/** Up to ten messages of a queue, which stay there. */
async function messagesIn({ sqs }: BusClients, queueUrl: string): Promise<BusMessage[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}
