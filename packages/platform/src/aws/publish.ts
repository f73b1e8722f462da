import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from '@aws-sdk/client-sns';
import type { BusMessage, NotTaken } from '../messaging/bus.ts';
import { turns } from '../work/turns.ts';
import { inCalls } from './chunks.ts';
import { isFifo, type TopicResources } from './resources.ts';

/** Calls of one topic under way at once. */
const callsAtOnce = 16;
/** No call begins later than this after the first: whoever publishes holds a transaction open meanwhile. */
const beginWithinMs = 2_000;

/**
 * What SNS says of a message that it will never take. All else (throttling, its own failures, a missing permission or
 * topic) is no fault of the message, whatever `SenderFault` says.
 */
const never = /^(InvalidParameter|InvalidParameterValue|ParameterValueInvalid|InvalidBatchEntryId)/;

const nameOf = (error: unknown) => (error instanceof Error ? error.name.replace(/Exception$/, '') : '');
const isRefusal = (error: unknown) => never.test(nameOf(error));

/**
 * Publishes messages to an SNS topic, ten a call and several calls at once. Throws the first error where nothing was
 * taken. What a call that failed as a whole holds may have been taken: it is published again, under the same ids.
 */
export async function publishAll(
  sns: SNSClient,
  resources: TopicResources,
  messages: readonly BusMessage[],
): Promise<NotTaken> {
  const beganMs = performance.now();
  const later: BusMessage[] = [];
  const refused: BusMessage[] = [];
  const errors: unknown[] = [];
  const publishCall = async (call: BusMessage[]): Promise<void> => {
    if (performance.now() - beganMs > beginWithinMs) {
      later.push(...call);
      return;
    }
    try {
      const notTaken = await publishBatch(sns, resources, call);
      later.push(...notTaken.later);
      refused.push(...notTaken.never);
    } catch (error) {
      if (!isRefusal(error)) {
        errors.push(error);
        later.push(...call);
      } else if (call.length === 1) refused.push(...call);
      // One message can have its whole call refused: it is found out by asking for each alone.
      else for (const one of call) await publishCall([one]);
    }
  };
  const inTurn = turns(callsAtOnce);
  await Promise.all(inCalls(messages).map((call) => inTurn(() => publishCall(call))));
  if (later.length === messages.length && errors.length > 0) throw errors[0];
  return { later, never: refused };
}

async function publishBatch(
  sns: SNSClient,
  resources: TopicResources,
  messages: BusMessage[],
): Promise<NotTaken> {
  const fifo = isFifo(resources);
  const entries = messages.map(({ id, key }, index): PublishBatchRequestEntry => {
    const entry = { Id: String(index), Message: JSON.stringify({ id, key }) };
    return fifo ? { ...entry, MessageGroupId: key, MessageDeduplicationId: id } : entry;
  });
  const { Failed = [] } = await sns.send(
    new PublishBatchCommand({ TopicArn: resources.topicArn, PublishBatchRequestEntries: entries }),
  );
  const failed = (isNever: boolean) =>
    Failed.filter(({ Code = '' }) => never.test(Code) === isNever).flatMap(
      ({ Id }) => messages[Number(Id)] ?? [],
    );
  return { later: failed(false), never: failed(true) };
}
