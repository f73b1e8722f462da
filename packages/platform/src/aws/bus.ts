import { type Topic, topics } from '@consulta/contracts/topics';
import { allTaken, type BusMessage, type OpenedBus } from '../messaging/bus.ts';
import { contact } from '../messaging/contact.ts';
import type { Log } from '../process/log.ts';
import { type BusClients, openBusClients, pollS } from './clients.ts';
import { type Consumer, type ConsumerOptions, consume } from './consumer.ts';
import { publishAll } from './publish.ts';
import { type Queue, queueAt } from './queue.ts';
import { recentHints } from './recent-hints.ts';
import { redriveAll } from './redrive.ts';
import { type BusResources, isFifo } from './resources.ts';

/** A message that could not be handled comes again after a second, then ever later, up to a minute. */
const defaultPace = { pollS, restS: (receives: number) => Math.min(60, 2 ** (receives - 1)) };

/**
 * The bus on SNS and SQS. Infrastructure made topics and queues; how often a message is received before it rests among
 * the dead letters is an attribute of its queue.
 *
 * @param options.clients by default those that {@link openBusClients} makes; `close` ends them.
 */
export function openAwsBus(options: {
  resources: BusResources;
  log: Log;
  clients?: BusClients;
  pace?: ConsumerOptions['pace'];
}): OpenedBus {
  const { resources, log, clients = openBusClients(options.resources), pace = defaultPace } = options;
  const hints = new Map((Object.keys(topics) as Topic[]).map((topic) => [topic, recentHints()]));
  const consumers = new Set<Consumer>();
  // Either may be away without the other.
  const [sns, sqs] = [contact(), contact()];

  const publishHints = async (topic: Topic, messages: BusMessage[]) => {
    const recent = hints.get(topic) ?? recentHints();
    const { now, later } = recent.part(messages);
    if (now.length === 0) return { ...allTaken, later };
    recent.sent(now);
    const notTaken = await sns.note(publishAll(clients.sns, resources[topic], now));
    return { ...notTaken, later: [...notTaken.later, ...later] };
  };
  const publish: OpenedBus['publish'] = async (topic, messages) => {
    if (messages.length === 0) return allTaken;
    return topics[topic].coalesce
      ? publishHints(topic, messages)
      : sns.note(publishAll(clients.sns, resources[topic], messages));
  };

  const subscribe: OpenedBus['subscribe'] = (topic, asked, handler) => {
    const { queueUrl } = resources[topic];
    const queue = queueAt(queueUrl, { clients, fifo: isFifo(resources[topic]), log });
    const receive: Queue['receive'] = (...asked) => sqs.note(queue.receive(...asked));
    const watched = { ...queue, receive };
    const consumer = consume({ ...asked, name: topic, queue: watched, handler, log, pace });
    consumers.add(consumer);
    void consumer.ended.then(() => consumers.delete(consumer));
    return { stop: consumer.stop };
  };

  const close = async () => {
    const open = [...consumers];
    await Promise.all(open.map(({ stop }) => stop()));
    await Promise.all(open.map(({ ended }) => ended));
    for (const client of Object.values(clients)) client.destroy();
  };
  return {
    publish,
    subscribe,
    redrive: (topic) => redriveAll(clients, resources[topic]),
    isAway: () => sns.isAway() || sqs.isAway(),
    close,
  };
}
