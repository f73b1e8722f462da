import { type Inspector, refusal } from './refusal.ts';

/** What a walk asks for next. */
export type Step =
  /** Exactly so many bytes, together. */
  | { take: number }
  /** So many bytes passed over. */
  | { skip: number }
  /** Everything up to and including this byte passed over. */
  | { find: number }
  /** The next byte, or nothing at the end of the file. */
  | { more: true };

/** A walk over a file's structure: yields steps, receives what it took, returns at the file's proper end. */
export type Walk = Generator<Step, void, Buffer>;

const nothing = Buffer.alloc(0);

/**
 * Feeds a walk from chunks as they arrive, holding no more than the walk takes at once. The file must end
 * exactly where the walk does.
 */
export function structureInspector(walk: Walk): Inspector {
  let step = walk.next();
  let held: Buffer[] = [];
  let heldBytes = 0;
  let passed = 0;

  const answer = (given: Buffer) => {
    passed = 0;
    step = walk.next(given);
  };
  /** Uses the chunk from `start`; answers how far. */
  const feed = (chunk: Buffer, start: number, asked: Step): number => {
    if ('more' in asked) {
      answer(chunk.subarray(start, start + 1));
      return start + 1;
    }
    if ('find' in asked) {
      const at = chunk.indexOf(asked.find, start);
      if (at < 0) return chunk.length;
      answer(nothing);
      return at + 1;
    }
    if ('skip' in asked) {
      const used = Math.min(asked.skip - passed, chunk.length - start);
      passed += used;
      if (passed === asked.skip) answer(nothing);
      return start + used;
    }
    const part = chunk.subarray(start, start + asked.take - heldBytes);
    held.push(part);
    heldBytes += part.length;
    if (heldBytes === asked.take) {
      const taken = held.length === 1 ? part : Buffer.concat(held);
      held = [];
      heldBytes = 0;
      answer(taken);
    }
    return start + part.length;
  };

  return {
    push: (chunk) => {
      for (let start = 0; start < chunk.length; ) {
        if (step.done)
          throw refusal('There is something after the end of the image; save it anew and send that');
        start = feed(chunk, start, step.value);
      }
      // What is held beyond this call must not be the sender's buffer, which may be reused.
      held = held.map((part) => (part.buffer === chunk.buffer ? Buffer.from(part) : part));
    },
    end: () => {
      if (!step.done && 'more' in step.value) answer(nothing);
      if (!step.done) throw refusal('The image is cut off');
    },
  };
}
