import type { Fanout } from '../../messaging/fanout.ts';
import { messageListeners } from '../../messaging/listeners.ts';
import type { Log } from '../../process/log.ts';

/**
 * The embedded mode's fan-out, within this process: listeners have heard a message when `publish` returns, and none is
 * ever lost.
 */
export function inProcessFanout(log: Log): Fanout {
  const { hear, subscribe } = messageListeners(log);
  return {
    publish: (channel, message) => hear(channel.name, JSON.stringify(message)),
    subscribe,
    onLost: () => () => {},
  };
}
