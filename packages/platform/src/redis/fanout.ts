import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Fanout } from '../messaging/fanout.ts';
import { messageListeners } from '../messaging/listeners.ts';
import type { Log } from '../process/log.ts';
import type { Patience } from './patience.ts';

/** How often a process makes sure that what it sends comes back, in milliseconds. */
const beatMs = 100;
/** Beats that may be on their way at once; when more are, messages do not arrive. */
const unheardMax = 2;
/** While they do not, listeners look again every so many beats, and the connection is made anew. */
const lookEveryBeats = 5;
const reconnectEveryBeats = 50;

export type RedisFanout = Fanout & {
  /** Whether messages do not arrive for now. */
  isAway: () => boolean;
  stop: () => void;
};

/**
 * Tells every process, by one Redis channel for all messages. What is sent while Redis is away is lost; when it is back,
 * everybody is told to read again. Whether it is away shows by messages of this process to itself, so a connection that
 * only looks alive, either of the two, is found out.
 */
export function redisFanout(options: {
  commands: Redis;
  /** A connection of its own: one that listens does nothing else. */
  subscriber: Redis;
  attempt: Patience;
  prefix: string;
  log: Log;
}): RedisFanout {
  const { commands, subscriber, attempt, prefix, log } = options;
  const listeners = messageListeners(log);
  const looks = new Set<() => void>();
  const everybody = `${prefix}fanout`;
  const myself = `${prefix}beat:${randomUUID()}`;
  /** Beats sent since one came back. */
  let unheard = unheardMax + 1;
  /** Something that was to be told to others never left. */
  let owed = false;

  const look = () => {
    for (const each of looks) each();
  };
  const isAway = () => unheard > unheardMax;
  const send = (name: string, json: string) =>
    void attempt(() => commands.publish(everybody, `${name}\n${json}`)).catch(() => {
      owed = true;
    });
  const heardMyself = () => {
    const wasAway = isAway();
    unheard = 0;
    if (wasAway) {
      log.info('messages of the fan-out arrive');
      look();
    }
    if (!owed) return;
    owed = false;
    send('', '');
  };
  const beat = () => {
    unheard += 1;
    if (unheard === unheardMax + 1)
      log.warn('messages of the fan-out do not arrive; who waits looks now and then');
    if (isAway() && (unheard - unheardMax) % lookEveryBeats === 1) look();
    if (unheard % reconnectEveryBeats === 0) subscriber.disconnect(true);
    commands.publish(myself, '').catch(() => {});
  };

  subscriber.on('message', (channel, text) => {
    if (channel === myself) return heardMyself();
    const end = text.indexOf('\n');
    if (end === 0) look();
    else listeners.hear(text.slice(0, end), text.slice(end + 1));
  });
  // Where this fails no beat is heard, and the connection is made anew.
  subscriber.on('ready', () => void subscriber.subscribe(everybody, myself).catch(() => {}));
  const beating = setInterval(beat, beatMs);

  return {
    publish: (channel, message) => send(channel.name, JSON.stringify(message)),
    subscribe: listeners.subscribe,
    onLost: (each) => {
      looks.add(each);
      return () => looks.delete(each);
    },
    isAway,
    stop: () => clearInterval(beating),
  };
}
