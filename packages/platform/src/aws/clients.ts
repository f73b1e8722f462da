import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type BusResources, regionOf } from './resources.ts';

/** The clients of the bus; their credentials and endpoint come from the environment, by the SDK's own chain. */
export type BusClients = {
  sns: SNSClient;
  sqs: SQSClient;
  /** For long polls alone, so that they take no connection from what must not wait. */
  polls: SQSClient;
};

/** How long a receive waits for a message, in seconds. */
export const pollS = 5;

/** Without `throwOnRequestTimeout` the SDK only warns of a request that takes longer. */
const limits = { connectionTimeout: 500, requestTimeout: 800, throwOnRequestTimeout: true };
const pollLimits = { ...limits, requestTimeout: pollS * 1000 + 3_000 };
/** More than all subscriptions of a process hold at once. */
const pollsMax = 200;

export function openBusClients(resources: BusResources): BusClients {
  const region = regionOf(resources.booking_wake);
  const config = { region, maxAttempts: 2, requestHandler: limits };
  return {
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    polls: new SQSClient({
      region,
      // A receive that is repeated by the SDK could take twice as long; the consumer repeats it.
      maxAttempts: 1,
      requestHandler: { ...pollLimits, httpAgent: agent, httpsAgent: agent },
    }),
  };
}

const agent = { maxSockets: pollsMax, keepAlive: true };
