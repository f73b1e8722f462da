import type {
  BaseStream as BaseStreamType,
  Dict as DictType,
  Ref as RefType,
} from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import { BaseStream, Dict, Name, Ref, shadowedEntries } from './pdfjs-core.ts';

/** A dictionary of a PDF, and the stream it heads if it does. */
export type PdfObject = { dict: DictType; stream: BaseStreamType | undefined };

type CrossReferences = { trailer: DictType; fetch(ref: RefType): unknown };

/** Every dictionary and stream that can be reached from the trailer, each once, however they refer to each other. */
export function* pdfObjects(xref: CrossReferences): Generator<PdfObject> {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [xref.trailer];
  while (waiting.length > 0) {
    const value = waiting.pop();
    const identity = value instanceof Ref ? value.toString() : value;
    if (seen.has(identity)) continue;
    if (value instanceof Ref) {
      seen.add(identity);
      waiting.push(fetched(xref, value));
    } else if (Array.isArray(value)) {
      seen.add(identity);
      for (const each of value) waiting.push(each);
    } else {
      const stream = value instanceof BaseStream ? value : undefined;
      const dict = stream ? stream.dict : value;
      if (!(dict instanceof Dict)) continue;
      seen.add(identity);
      yield { dict, stream };
      for (const [, each] of [...dict.getRawEntries(), ...shadowedEntries(dict)]) waiting.push(each);
    }
  }
}

/** A reader passes over what it can't read. */
function fetched(xref: CrossReferences, ref: RefType): unknown {
  try {
    return xref.fetch(ref);
  } catch {
    return undefined;
  }
}

/**
 * A dictionary's values under a key, references followed; none when it can't be read. More than one when the key
 * stands there twice: which of them counts, readers disagree.
 */
export function valuesOf(dict: DictType | undefined, key: string): unknown[] {
  try {
    if (!dict?.has(key)) return [];
    const others = shadowedEntries(dict).filter(([name]) => name === key);
    return [dict.getArray(key), ...others.map(([, other]) => dict.xref?.fetchIfRef(other) ?? other)];
  } catch {
    return [];
  }
}

/** The names among a dictionary's values under a key. */
export const namesOf = (dict: DictType | undefined, key: string): string[] =>
  valuesOf(dict, key).flatMap((value) => (value instanceof Name ? [value.name] : []));
