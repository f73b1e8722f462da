/** A timer that rings so much later than asked tells of an event loop that was held up. */
const heldUpMs = 100;
/** What arrived while the loop was held up is read within this time, before it is taken for lost. */
const graceMs = 250;
const gracesMax = 4;

/** What took longer than it may. */
export class TookTooLong extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(limitMs: number) {
    super(`there was no answer within ${Math.round(limitMs)} ms`);
    this.name = 'TookTooLong';
  }
}

/**
 * Runs `work`, whose signal aborts after `limitMs` with {@link TookTooLong}. Time in which this process was too busy to
 * look at what had arrived does not count, up to a second: a busy caller would else take those it calls for dead.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const aborter = new AbortController();
  let graces = 0;
  let dueMs = performance.now() + limitMs;
  const ring = () => {
    const lateMs = performance.now() - dueMs;
    if (lateMs < heldUpMs || graces === gracesMax) return aborter.abort(new TookTooLong(limitMs));
    graces += 1;
    dueMs = performance.now() + graceMs;
    timer = setTimeout(ring, graceMs);
  };
  let timer = setTimeout(ring, limitMs);
  try {
    return await work(aborter.signal);
  } finally {
    clearTimeout(timer);
  }
}
