import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { BusMessage } from '../messaging/bus.ts';
import type { Log } from '../process/log.ts';
import { callMax, inCalls } from './chunks.ts';
import type { BusClients } from './clients.ts';

/** A message in hand. */
export type Received = {
  handle: string;
  /** Undefined where what came is no message of the bus. */
  message: BusMessage | undefined;
  /** How often it was received, this time included. */
  receives: number;
};

/** How long a message in hand is hidden from others unless that is prolonged, in seconds. */
export const hiddenS = 20;

const deletesMax = 3;

/** An SQS queue, as its consumer needs it. */
export type Queue = ReturnType<typeof queueAt>;

/** @param options.fifo whether it keeps the order of groups: then a receive whose answer was lost is asked for again. */
export function queueAt(url: string, options: { clients: BusClients; fifo: boolean; log: Log }) {
  const { clients, fifo, log } = options;

  /**
   * @param most of messages, up to ten.
   * @param attempt names what is asked for: repeated after a failure it answers the same messages, whose groups would
   *   else be kept from all until they are hidden no more.
   */
  const receive = async (most: number, waitS: number, attempt: string): Promise<Received[]> => {
    const { Messages = [] } = await clients.polls.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(callMax, most),
        WaitTimeSeconds: waitS,
        VisibilityTimeout: hiddenS,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        ...(fifo ? { ReceiveRequestAttemptId: attempt } : {}),
      }),
    );
    return Messages.map(receivedOf);
  };

  /** Prolongs, or ends with 0, the time for which messages are hidden; where that fails they come again earlier or later. */
  const hide = async (received: readonly { handle: string }[], seconds: number): Promise<void> => {
    await Promise.all(
      inCalls(received).map(async (call) => {
        const Entries = call.map(({ handle }, index) => ({
          ...{ Id: String(index), ReceiptHandle: handle },
          VisibilityTimeout: seconds,
        }));
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries });
        const failed = await clients.sqs.send(command).then(
          ({ Failed = [] }) => Failed,
          (error: unknown) => error,
        );
        if (!Array.isArray(failed) || failed.length > 0) {
          log.warn({ failed, queue: url }, 'the visibility of messages was not changed');
        }
      }),
    );
  };

  /** Deletes what was handled. What cannot be deleted comes again, and is handled again. */
  const remove = async (received: readonly { handle: string }[]): Promise<void> => {
    await Promise.all(inCalls(received).map((call) => removeCall(call)));
  };
  const removeCall = async (call: { handle: string }[]): Promise<void> => {
    let left = call;
    for (let attempt = 1; left.length > 0; attempt += 1) {
      const outcome = await deleteOnce(left);
      left = outcome.again;
      if (outcome.error === undefined || left.length === 0) continue;
      if (attempt === deletesMax) {
        log.warn({ err: outcome.error, queue: url, count: left.length }, 'handled messages were not deleted');
        return;
      }
      await pause(100 * 2 ** attempt * (0.5 + Math.random() / 2));
    }
  };
  const deleteOnce = async (
    left: { handle: string }[],
  ): Promise<{ again: { handle: string }[]; error?: unknown }> => {
    const Entries = left.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle }));
    try {
      const { Failed = [] } = await clients.sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: url, Entries }),
      );
      const expired = Failed.filter(({ Code = '' }) => /Invalid/.test(Code));
      if (expired.length > 0) log.warn({ queue: url, count: expired.length }, 'handled too late to delete');
      const others = Failed.filter((each) => !expired.includes(each));
      return {
        again: others.flatMap(({ Id }) => left[Number(Id)] ?? []),
        ...(others.length > 0 ? { error: new Error(others[0]?.Message ?? others[0]?.Code) } : {}),
      };
    } catch (error) {
      return { again: left, error };
    }
  };

  return { receive, hide, remove };
}

export const newAttempt = (): string => randomUUID();

function receivedOf({ ReceiptHandle = '', Body = '', Attributes }: Message): Received {
  return {
    handle: ReceiptHandle,
    message: messageIn(Body),
    receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
  };
}

function messageIn(body: string): BusMessage | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const [id, key]: unknown[] = [Reflect.get(parsed, 'id'), Reflect.get(parsed, 'key')];
    return typeof id === 'string' && typeof key === 'string' ? { id, key } : undefined;
  } catch {
    return undefined;
  }
}
