import { EventEmitter } from 'node:events';
import type { Log } from '../process/log.ts';
import { type Fanout, readMessage } from './fanout.ts';

/** The listeners of one process, and how they hear what came as JSON over a channel of that name. */
export function messageListeners(log: Log): {
  subscribe: Fanout['subscribe'];
  hear: (name: string, json: string) => void;
} {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    hear: (name, json) => void emitter.emit(name, json),
    subscribe: (channel, listener) => {
      const receive = (json: string) => {
        try {
          listener(readMessage(channel, json));
        } catch (error) {
          log.error({ err: error, channel: channel.name }, 'a message of the fan-out could not be taken');
        }
      };
      emitter.on(channel.name, receive);
      return () => emitter.off(channel.name, receive);
    },
  };
}
