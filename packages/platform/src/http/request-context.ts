import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The request that work is done for. It travels beside the arguments: through every function between an entrance and a
 * call to another service it would be a parameter that none of them looks at.
 */
export type RequestContext = {
  requestId: string;
  /** Nobody waits for the answer after this moment of `performance.now()`; undefined where that is not known. */
  deadlineMs?: number | undefined;
};

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work`, and all that it begins, for a request. */
export const inRequest = (context: RequestContext, work: () => void): void => storage.run(context, work);

/**
 * The request that is worked for; undefined in background work. Where several share what is done, such as a lookup in
 * one batch, it is one of theirs.
 */
export const currentRequest = (): RequestContext | undefined => storage.getStore();

/** By these a request's id and the milliseconds left for its answer travel to the services called. */
export const requestIdHeader = 'x-request-id';
export const deadlineHeader = 'x-deadline-ms';
