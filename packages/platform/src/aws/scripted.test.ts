import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusMessage } from '../messaging/bus.ts';
import { createLog } from '../process/log.ts';
import { openAwsBus } from './bus.ts';
import { openBusClients } from './clients.ts';
import type { BusResources } from './resources.ts';

/*
 * What AWS does and the emulator never: it fails a batch in part, throttles, hands out several of a group at once, and
 * refuses handles whose time is over. The clients answer by a script before they reach out.
 */

const resourcesOf = (topic: string, suffix = '') => ({
  topicArn: `arn:aws:sns:us-east-1:000000000000:${topic}${suffix}`,
  queueUrl: `http://127.0.0.1:1/${topic}${suffix}`,
  deadLetterQueueUrl: `http://127.0.0.1:1/dead-${topic}${suffix}`,
});
const resources: BusResources = {
  booking_wake: resourcesOf('booking_wake', '.fifo'),
  claim_released: resourcesOf('claim_released'),
  availability_changed: resourcesOf('availability_changed'),
  next_available_changed: resourcesOf('next_available_changed'),
  doctor_bookability_changed: resourcesOf('doctor_bookability_changed'),
  person_changed: resourcesOf('person_changed'),
  account_deleted: resourcesOf('account_deleted'),
  feedback_given: resourcesOf('feedback_given'),
};

type Entry = Record<string, string>;
type Input = { Entries?: Entry[]; PublishBatchRequestEntries?: Entry[] } & Record<string, unknown>;
type Script = Record<string, (input: Input) => object | Promise<object>>;

const refusal = (name: string) => Object.assign(new Error(name), { name, $fault: 'client' });

/** A bus whose clients answer by a script, by command. */
function scriptedBus(script: Script) {
  const clients = openBusClients(resources);
  const send = async (command: { constructor: { name: string }; input: Input }) => {
    const answer = script[command.constructor.name];
    assert.ok(answer, `${command.constructor.name} is not in the script`);
    return answer(command.input);
  };
  for (const client of [clients.sns, clients.sqs, clients.polls]) Object.assign(client, { send });
  const pace = { pollS: 1, restS: () => 1 };
  return openAwsBus({ resources, clients, log: createLog('silent'), pace });
}

const messagesOf = (count: number): BusMessage[] =>
  Array.from({ length: count }, (_, index) => ({ id: `id-${index}`, key: `key-${index}` }));
const idIn = (entry: Entry | undefined): string => JSON.parse(entry?.Message ?? '{}').id;

test('of a call that was taken in part, what was throttled waits and what is impossible is named', async () => {
  const sizes: number[] = [];
  const bus = scriptedBus({
    PublishBatchCommand: ({ PublishBatchRequestEntries: entries = [] }) => {
      sizes.push(entries.length);
      const codes: Record<string, string> = { 'id-3': 'Throttled', 'id-14': 'InvalidParameter' };
      return {
        Failed: entries.flatMap((entry) => {
          const Code = codes[idIn(entry)];
          return Code ? [{ Id: entry.Id, Code, SenderFault: true }] : [];
        }),
      };
    },
  });
  const { later, never } = await bus.publish('claim_released', messagesOf(25));
  assert.deepEqual(sizes.toSorted(), [10, 10, 5].toSorted());
  assert.deepEqual([later.map(({ id }) => id), never.map(({ id }) => id)], [['id-3'], ['id-14']]);
});

test('one message for which a whole call is refused is found out, and the others of the call are taken', async () => {
  const taken: string[] = [];
  const bus = scriptedBus({
    PublishBatchCommand: ({ PublishBatchRequestEntries: entries = [] }) => {
      if (entries.some((entry) => idIn(entry) === 'id-4')) throw refusal('InvalidParameterException');
      taken.push(...entries.map(idIn));
      return {};
    },
  });
  const { later, never } = await bus.publish('claim_released', messagesOf(10));
  assert.deepEqual([later, never.map(({ id }) => id)], [[], ['id-4']]);
  assert.equal(taken.length, 9);
});

test('a topic that is gone or forbidden is no fault of its messages', async () => {
  for (const name of ['NotFoundException', 'AuthorizationErrorException', 'ThrottledException']) {
    const bus = scriptedBus({
      PublishBatchCommand: () => {
        throw refusal(name);
      },
    });
    await assert.rejects(bus.publish('claim_released', messagesOf(20)), { name });
  }
});

test('a hint carries its doctor as its group and its row as its deduplication, and waits 200 ms for the next', async () => {
  const sent: Entry[] = [];
  const bus = scriptedBus({
    PublishBatchCommand: ({ PublishBatchRequestEntries: entries = [] }) => {
      sent.push(...entries);
      return {};
    },
  });
  const [first, second, other] = [
    { id: 'first', key: 'ana' },
    { id: 'second', key: 'ana' },
    { id: 'other', key: 'bia' },
  ];
  assert.deepEqual(await bus.publish('booking_wake', [first]), { later: [], never: [] });
  assert.deepEqual(await bus.publish('booking_wake', [second, other]), { later: [second], never: [] });
  const named = sent.map((entry) => [entry.MessageGroupId, entry.MessageDeduplicationId]);
  assert.deepEqual(named, [
    ['ana', 'first'],
    ['bia', 'other'],
  ]);
});

/** Hands these messages out once, and nothing after. */
function handingOut(messages: BusMessage[]) {
  let handedOut = false;
  return async () => {
    if (handedOut) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return {};
    }
    handedOut = true;
    return {
      Messages: messages.map((message) => ({ ReceiptHandle: message.id, Body: JSON.stringify(message) })),
    };
  };
}

test('several of one group in one receive are handled together and in order', async () => {
  const messages = messagesOf(6).map(({ id }) => ({ id, key: 'ana' }));
  const deleted: string[] = [];
  const all = Promise.withResolvers<void>();
  const bus = scriptedBus({
    ReceiveMessageCommand: handingOut(messages),
    DeleteMessageBatchCommand: ({ Entries = [] }) => {
      deleted.push(...Entries.map(({ ReceiptHandle = '' }) => ReceiptHandle));
      all.resolve();
      return {};
    },
  });
  const batches: BusMessage[][] = [];
  bus.subscribe('booking_wake', { batchMax: 50 }, async (batch) => void batches.push(batch));
  await all.promise;
  await bus.close();
  assert.deepEqual(batches, [messages]);
  assert.deepEqual(
    deleted,
    messages.map(({ id }) => id),
  );
});

test('an acknowledgement that was lost or refused in part is repeated, but not for a handle that has expired', async () => {
  const asked: string[][] = [];
  const last = Promise.withResolvers<void>();
  const bus = scriptedBus({
    ReceiveMessageCommand: handingOut(messagesOf(3)),
    DeleteMessageBatchCommand: ({ Entries = [] }) => {
      asked.push(Entries.map(({ ReceiptHandle = '' }) => ReceiptHandle));
      if (asked.length === 1) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      if (asked.length === 3) last.resolve();
      if (asked.length > 2) return {};
      const failed = (Id: string, Code: string) => ({ Id, Code, SenderFault: Code !== 'InternalError' });
      return { Failed: [failed('0', 'ReceiptHandleIsInvalid'), failed('2', 'InternalError')] };
    },
  });
  bus.subscribe('claim_released', { batchMax: 10 }, async () => {});
  await last.promise;
  await bus.close();
  assert.deepEqual(asked, [['id-0', 'id-1', 'id-2'], ['id-0', 'id-1', 'id-2'], ['id-2']]);
});

test('a receive whose answer was lost is asked for again by its name, so that its groups are not kept from all', async () => {
  const attempts: unknown[] = [];
  const third = Promise.withResolvers<void>();
  const bus = scriptedBus({
    ReceiveMessageCommand: ({ ReceiveRequestAttemptId }) => {
      attempts.push(ReceiveRequestAttemptId);
      if (attempts.length === 1) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      if (attempts.length === 3) third.resolve();
      return new Promise((resolve) => setTimeout(() => resolve({}), 20));
    },
  });
  bus.subscribe('booking_wake', { batchMax: 10 }, async () => {});
  await third.promise;
  await bus.close();
  assert.equal(attempts[0], attempts[1]);
  assert.notEqual(attempts[1], attempts[2]);
});

test('what is no message of ours is left to the dead letters, and its neighbours are handled', async () => {
  const rested: string[] = [];
  const bad = Promise.withResolvers<void>();
  const [good] = messagesOf(1);
  const handOut = handingOut(messagesOf(1));
  const bus = scriptedBus({
    ReceiveMessageCommand: async () => {
      const { Messages } = await handOut();
      return Messages ? { Messages: [{ ReceiptHandle: 'strange', Body: 'hello' }, ...Messages] } : {};
    },
    DeleteMessageBatchCommand: () => ({}),
    ChangeMessageVisibilityBatchCommand: ({ Entries = [] }) => {
      rested.push(...Entries.map(({ ReceiptHandle = '' }) => ReceiptHandle));
      bad.resolve();
      return {};
    },
  });
  const handled: (BusMessage | undefined)[] = [];
  bus.subscribe('claim_released', { batchMax: 10 }, async (batch) => void handled.push(...batch));
  await bad.promise;
  await bus.close();
  assert.deepEqual([handled, rested], [[good], ['strange']]);
});
