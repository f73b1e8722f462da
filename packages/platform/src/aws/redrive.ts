import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { callMax } from './chunks.ts';
import type { BusClients } from './clients.ts';
import { isFifo, type TopicResources } from './resources.ts';

/**
 * Moves what rests in a topic's dead-letter queue back to its queue, and answers how many messages that were. Each is
 * sent before it is deleted, so that one may come twice and none is lost.
 *
 * Not by SQS's own moving of messages: it answers before it has moved anything, and only AWS has it.
 */
export async function redriveAll(
  { sqs }: Pick<BusClients, 'sqs'>,
  resources: TopicResources,
): Promise<number> {
  let moved = 0;
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: resources.deadLetterQueueUrl,
        MaxNumberOfMessages: callMax,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return moved;
    const entries = Messages.map(({ Body = '', Attributes }, index): SendMessageBatchRequestEntry => {
      const entry = { Id: String(index), MessageBody: Body };
      if (!isFifo(resources)) return entry;
      // Under the id that it was first published with, its queue could take it for a repetition.
      const id = crypto.randomUUID();
      return { ...entry, MessageGroupId: Attributes?.MessageGroupId ?? id, MessageDeduplicationId: id };
    });
    const { Successful = [], Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: resources.queueUrl, Entries: entries }),
    );
    const sent = Successful.map(({ Id = '' }) => ({
      Id,
      ReceiptHandle: Messages[Number(Id)]?.ReceiptHandle ?? '',
    }));
    if (sent.length > 0) {
      await sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: resources.deadLetterQueueUrl, Entries: sent }),
      );
    }
    moved += sent.length;
    if (Failed.length > 0) throw new Error(`SQS did not take a message back: ${Failed[0]?.Message}`);
  }
}
