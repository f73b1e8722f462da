import { isUnavailable } from '../database/failures.ts';
import { ProblemError } from '../problems/problem.ts';

/** What became of messages that were handed to a handler. */
export type HandedOver<Message> = {
  done: Message[];
  /** Each was handed over alone, and the handler threw. */
  bad: Message[];
  /** They were not handled because something that the handler needs is away, which `outage` tells. */
  later: Message[];
  outage?: unknown;
  /** The first error that a bad message met. */
  fault?: unknown;
};

/**
 * Whether what failed is a database, an engine or another service that is away or overloaded. No message is to blame, and
 * none would fare better.
 */
export const isOutage = (error: unknown): boolean =>
  isUnavailable(error) || (error instanceof ProblemError && error.status === 503);

/**
 * Hands messages to their handler, in order. Where it throws, they are halved and handed over again, down to the single
 * ones that it cannot handle.
 */
export async function handOver<Message>(
  messages: Message[],
  handler: (messages: Message[]) => Promise<void>,
): Promise<HandedOver<Message>> {
  const result: HandedOver<Message> = { done: [], bad: [], later: [] };
  const tryPart = async (part: Message[]): Promise<void> => {
    if (result.outage !== undefined) {
      result.later.push(...part);
      return;
    }
    try {
      await handler(part);
      result.done.push(...part);
    } catch (error) {
      if (isOutage(error)) {
        result.outage = error;
        result.later.push(...part);
      } else if (part.length === 1) {
        result.fault ??= error;
        result.bad.push(...part);
      } else {
        const middle = Math.ceil(part.length / 2);
        await tryPart(part.slice(0, middle));
        await tryPart(part.slice(middle));
      }
    }
  };
  if (messages.length > 0) await tryPart(messages);
  return result;
}
