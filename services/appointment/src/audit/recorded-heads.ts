import type { Head } from './audit-heads.ts';

/*
 * What stores of heads have in common: how a head is written down, and when one is kept for good.
 */

const keepEveryPositions = 1_000;
const keepEveryMs = 600_000;

export const furthest = (heads: Head[]): Head | undefined =>
  heads.toSorted((a, b) => a.position - b.position).at(-1);

/** Whether a head is to be kept for good, going by its own time, which may also have been put back. */
export function isDue({ position, at }: Head, kept: Head | undefined): boolean {
  if (!kept?.at || !at) return true;
  const passedMs = Math.abs(Date.parse(at) - Date.parse(kept.at));
  return position >= kept.position + keepEveryPositions || !(passedMs < keepEveryMs);
}

/** A head as {@link parseHead} reads it. */
export const headText = (head: Head): string => JSON.stringify(head);

/** Undefined where it is none. */
export function parseHead(text: string): Head | undefined {
  let parsed: { [name in keyof Head]?: unknown } | null;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { position, hash, at, signature } = parsed ?? {};
  if (!Number.isSafeInteger(position) || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) {
    return undefined;
  }
  return {
    position: Number(position),
    hash,
    at: typeof at === 'string' ? at : null,
    signature: typeof signature === 'string' ? signature : null,
  };
}
