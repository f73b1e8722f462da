import { EventEmitter } from 'node:events';

/** Tells every process something at once, without a promise that it arrives; who needs certainty reads again. */
export interface Fanout {
  publish(channel: string, message: unknown): void;
  /** Returns how to stop listening. */
  subscribe(channel: string, listener: (message: unknown) => void): () => void;
}

/** The embedded mode's fan-out, within this process. */
export function inProcessFanout(): Fanout {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    publish: (channel, message) => {
      emitter.emit(channel, message);
    },
    subscribe: (channel, listener) => {
      emitter.on(channel, listener);
      return () => emitter.off(channel, listener);
    },
  };
}
