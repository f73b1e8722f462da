import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import type { BaseStream as BaseStreamType } from 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import { FlateStream, PredictorStream, Stream } from './pdfjs-core.ts';

/**
 * How many bytes a stream unpacks to, counted to `bytesMax` at most. Only pictures' own coding stays packed: their
 * size stands in the dictionary. A damaged stream counts for as far as it can be read.
 */
export async function unpackedBytes(stream: BaseStreamType, bytesMax: number): Promise<number> {
  let packed: BaseStreamType | undefined = stream;
  while (packed?.isImageStream || packed instanceof PredictorStream) packed = packed.stream;
  let layers = 0;
  for (; packed instanceof FlateStream; packed = packed.stream) layers += 1;
  if (!packed || (layers === 0 && packed instanceof Stream)) return 0;
  try {
    packed.reset();
    const bytes = packed.getBytes();
    return layers === 0 ? bytes.length : await inflatedBytes(bytes, layers, bytesMax);
  } catch {
    return 0;
  }
}

/** Inflates as often as it was deflated, and keeps nothing of it. */
async function inflatedBytes(bytes: Uint8Array, layers: number, bytesMax: number): Promise<number> {
  let count = 0;
  const enough = new AbortController();
  const counting = async (inflated: AsyncIterable<Buffer>) => {
    for await (const piece of inflated) {
      count += piece.length;
      if (count >= bytesMax) enough.abort();
    }
  };
  const inflations = Array.from({ length: layers }, () => createInflate({ chunkSize: 256 * 1024 }));
  await pipeline([Readable.from([bytes]), ...inflations, counting], { signal: enough.signal }).catch(
    () => {},
  );
  return count;
}
