/*
 * SNS and SQS on this machine, in a process of their own: node apps/distributed/testing/fauxqs-process.ts
 *
 *   FAUXQS_PORT     where it listens, on loopback
 *   FAUXQS_FOLDER   where queues and messages are kept
 *   BUS_RESOURCES   the file into which it writes where topics and queues are, once they are there
 *   FAUXQS_DELAY_MS how much longer each call takes than it must, as over a network
 */
import { subscribe } from 'node:diagnostics_channel';
import {
  configOrExit,
  port,
  readEnvironment,
  text,
  wholeNumber,
  withDefault,
} from '@consulta/platform/process';
import { createBusResources, startFauxqsHere, writeBusResources } from '@consulta/platform/testing/fauxqs';
import type { FastifyInstance } from 'fastify';

const variables = {
  FAUXQS_PORT: port,
  FAUXQS_FOLDER: text('a folder'),
  BUS_RESOURCES: text('a file'),
  FAUXQS_DELAY_MS: withDefault(wholeNumber(0, 10_000), 0),
};
const env = configOrExit((environment) => readEnvironment(variables, environment));

if (env.FAUXQS_DELAY_MS > 0) {
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRequest', (_request, _reply, done) => void setTimeout(done, env.FAUXQS_DELAY_MS));
  });
}
const { endpoint, stop } = await startFauxqsHere({ port: env.FAUXQS_PORT, folder: env.FAUXQS_FOLDER });
process.once('SIGTERM', () => void stop().finally(() => process.exit(0)));

/** A queue that is kept from an earlier start has that one's port in its address. */
const hereNow = (queueUrl: string) => new URL(new URL(queueUrl).pathname, endpoint).href;

const resources = await createBusResources({ prefix: 'consulta', endpoint });
for (const each of Object.values(resources)) {
  each.queueUrl = hereNow(each.queueUrl);
  each.deadLetterQueueUrl = hereNow(each.deadLetterQueueUrl);
}
await writeBusResources(env.BUS_RESOURCES, resources);
