import { optional, type Settings, text, WrongSetting } from '../process/environment.ts';
import type { BusChoice } from './adapters.ts';
import { databaseAt, databasePassword, databaseTlsVariables, databaseUrl } from './database.ts';

/** The bus of services that run in processes of their own; SNS and SQS where both are named. */
export const busVariables = {
  /** Names the topics and queues of SNS and SQS; endpoint and credentials are found by the AWS SDK's own chain. */
  BUS_RESOURCES: optional(text('the file of addresses of SNS topics and SQS queues')),
  /** Where pg-boss keeps the queues. */
  BUS_DATABASE_URL: optional(databaseUrl),
  BUS_DATABASE_PASSWORD: databasePassword,
  ...databaseTlsVariables,
};

/** Throws a {@link WrongSetting} where no bus is named. */
export function busOf(env: Settings<typeof busVariables>): BusChoice {
  const { BUS_RESOURCES: resourcesFile, BUS_DATABASE_URL: address, BUS_DATABASE_PASSWORD: password } = env;
  if (resourcesFile) return { kind: 'sns and sqs', resourcesFile };
  if (address) return { kind: 'pg-boss', database: databaseAt(address, password, env) };
  throw new WrongSetting('Set BUS_RESOURCES, for SNS and SQS, or BUS_DATABASE_URL, for pg-boss.');
}
