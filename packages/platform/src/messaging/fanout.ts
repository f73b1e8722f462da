import type { Channel } from '@consulta/contracts';

/**
 * Tells every process something at once, without a promise that it arrives; who needs certainty reads again.
 * Messages travel as JSON, so no listener holds an object of the publisher's or of another listener's.
 */
export interface Fanout {
  publish<M>(channel: Channel<M>, message: NoInfer<M>): void;
  /**
   * Returns how to stop listening. A listener that throws, or hears what is not a message of the channel, is logged and
   * keeps neither the publisher nor other listeners from going on.
   */
  subscribe<M>(channel: Channel<M>, listener: (message: M) => void): () => void;
  /**
   * Calls back whenever messages may have been lost, so that listeners read again: every half second while none arrive,
   * and once they do again. Returns how to end that.
   */
  onLost(look: () => void): () => void;
}

/** Reads what came over a channel; throws when it is not what the channel carries. */
export function readMessage<M>(channel: Channel<M>, json: string): M {
  const message: unknown = JSON.parse(json);
  if (!channel.isMessage(message)) throw new Error(`What came over ${channel.name} is not its message`);
  return message;
}
