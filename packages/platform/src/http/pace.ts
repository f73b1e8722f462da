/** What a phone on 3G keeps up even where reception is bad. */
const leastBytesPerSecond = 4 * 1024;
/** A tunnel, a change of cells: for so long a client may stand still. */
const standstillMaxMs = 30_000;
/** How often to look. More between two looks means that this process stood still itself, which is not held against anybody. */
export const lookEveryMs = 1_000;

/**
 * Tells whether the other side of a transfer is too slow: when it stands still for more than 30 s, or falls behind
 * 4 KiB/s by more than that. Only the time in which it is waited for counts.
 */
export class Pace {
  #lookedAtMs: number;
  #startBytes: number;
  #bytes: number;
  #waitedMs = 0;
  #stillMs = 0;

  constructor(nowMs: number, bytes: number) {
    this.#lookedAtMs = nowMs;
    this.#startBytes = bytes;
    this.#bytes = bytes;
  }

  /** @param bytes moved so far @param pendingBytes handed over and not known to have moved yet */
  isTooSlow(nowMs: number, bytes: number, isWaitedFor: boolean, pendingBytes = 0): boolean {
    const passedMs = isWaitedFor ? Math.min(nowMs - this.#lookedAtMs, lookEveryMs) : 0;
    this.#lookedAtMs = nowMs;
    this.#waitedMs += passedMs;
    this.#stillMs = bytes === this.#bytes ? this.#stillMs + passedMs : 0;
    this.#bytes = bytes;
    return (
      this.#stillMs > allowedMs(pendingBytes) ||
      this.#waitedMs > allowedMs(bytes - this.#startBytes + pendingBytes)
    );
  }
}

const allowedMs = (bytes: number) => standstillMaxMs + (bytes / leastBytesPerSecond) * 1000;
