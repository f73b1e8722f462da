import { readFile } from 'node:fs/promises';
import { type Topic, topics } from '@consulta/contracts/topics';
import { WrongSetting } from '../process/environment.ts';
import { unusablePath } from '../process/unusable-path.ts';

/** Where the messages of one topic go: from an SNS topic to the SQS queue that listens to it, and what nobody can handle. */
export type TopicResources = { topicArn: string; queueUrl: string; deadLetterQueueUrl: string };

/** What infrastructure made for the bus, as the file that `BUS_RESOURCES` names says it. Services make none of it. */
export type BusResources = Record<Topic, TopicResources>;

const arn = /^arn:[\w-]+:sns:([\w-]+):\d{12}:[\w-]{1,256}(\.fifo)?$/;
const fieldsOf = { topicArn: arn, queueUrl: /^https?:\/\/\S+$/, deadLetterQueueUrl: /^https?:\/\/\S+$/ };

/** Reads the file of addresses. Throws a {@link WrongSetting} that says what is wrong with it. */
export async function readBusResources(file: string): Promise<BusResources> {
  const given = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusablePath('BUS_RESOURCES', file, error);
  });
  return busResourcesIn(given, file);
}

function busResourcesIn(text: string, file: string): BusResources {
  const parsed = parsedOf(text);
  const faults = Object.keys(topics).flatMap((topic) =>
    Object.entries(fieldsOf).flatMap(([field, pattern]) =>
      pattern.test(fieldIn(parsed, topic, field)) ? [] : [`${topic}.${field}`],
    ),
  );
  if (faults.length === 0) return parsed as BusResources;
  throw new WrongSetting(`What BUS_RESOURCES names, ${file}, lacks or has wrong: ${faults.join(', ')}.`);
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldIn(parsed: unknown, ...path: string[]): string {
  let found = parsed;
  for (const name of path) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  }
  return typeof found === 'string' ? found : '';
}

/** The region that a topic is in. */
export function regionOf({ topicArn }: TopicResources): string {
  return arn.exec(topicArn)?.[1] ?? '';
}

/** Whether a topic and its queues keep the order of each group. */
export const isFifo = ({ topicArn }: TopicResources): boolean => topicArn.endsWith('.fifo');
