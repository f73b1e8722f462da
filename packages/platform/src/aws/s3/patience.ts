import { isUnavailable } from '../../database/failures.ts';

/** How long S3 may be silent, and until when a call that failed is repeated; in milliseconds. */
export type Patience = { silentMs: number; repeatWithinMs: number };

/** Together less than the second within which people are told that files cannot be had at present. */
export const usualPatience: Patience = { silentMs: 700, repeatWithinMs: 200 };

/** @param progress to be called with each sign of life. */
type Work<T> = (signal: AbortSignal, progress: () => void) => Promise<T>;

class StorageSilent extends Error {
  constructor(ms: number) {
    super(`the storage was silent for ${ms} ms`);
    this.name = 'TimeoutError';
  }
}

/**
 * Ends work in which nothing moves for so long. A limit on the whole would end long uploads that move, and the SDK's own
 * on sockets begins anew with whatever the kernel takes.
 */
export async function unlessSilent<T>(silentMs: number, work: Work<T>): Promise<T> {
  const giveUp = new AbortController();
  const silence = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const wait = () => {
    clearTimeout(timer);
    if (!isOver) timer = setTimeout(end, silentMs);
  };
  const end = () => {
    isOver = true;
    silence.reject(new StorageSilent(silentMs));
    giveUp.abort();
  };
  wait();
  try {
    return await Promise.race([work(giveUp.signal, wait), silence.promise]);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

/** Whether an error says that S3 failed at once and may not fail again; who was silent may well be so again. */
export const isPassing = (error: unknown): boolean =>
  isUnavailable(error) && !(error instanceof StorageSilent);

/** Makes a call, and once more where it failed early for what may pass: so it must bear being made twice. */
export async function patiently<T>({ silentMs, repeatWithinMs }: Patience, work: Work<T>): Promise<T> {
  const beganMs = performance.now();
  try {
    return await unlessSilent(silentMs, work);
  } catch (error) {
    if (!isPassing(error) || performance.now() - beganMs > repeatWithinMs) throw error;
    return unlessSilent(silentMs, work);
  }
}
