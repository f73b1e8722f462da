import { EventEmitter } from 'node:events';
import { type Fanout, readMessage } from '../../messaging/fanout.ts';
import type { Log } from '../../process/log.ts';

/**
 * The embedded mode's fan-out, within this process: listeners have heard a message when `publish` returns, and none is
 * ever lost.
 */
export function inProcessFanout(log: Log): Fanout {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    publish: (channel, message) => {
      emitter.emit(channel.name, JSON.stringify(message));
    },
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
    onLost: () => () => {},
  };
}
