import type { FileMediaType } from '@consulta/contracts';
import { walkJpeg } from './jpeg.ts';
import { imagePolyglotScanner } from './markup.ts';
import { pdfInspector } from './pdf.ts';
import { pngSignature, walkPng } from './png.ts';
import { type Inspector, refusal } from './refusal.ts';
import { structureInspector } from './structure.ts';

const headBytes = 8;

/**
 * Tells what an uploaded file is by its content alone and checks that it is that from its first byte to its
 * last, and nothing besides: no script, program or archive hides in it, and no image unpacks to more than 50
 * megapixels. It sees each chunk once. Throws 415 `unsupported_media_type` with what to change.
 */
export function fileInspector(): { push: (chunk: Buffer) => void; end: () => FileMediaType } {
  let head = Buffer.alloc(0);
  let known: { type: FileMediaType; inspectors: Inspector[] } | undefined;
  const inspect = (chunk: Buffer) => {
    for (const inspector of known?.inspectors ?? []) inspector.push(chunk);
  };
  return {
    push: (chunk) => {
      if (known) return inspect(chunk);
      head = Buffer.concat([head, chunk]);
      if (head.length < headBytes) return;
      known = recognize(head);
      inspect(head);
    },
    end: () => {
      if (!known) throw refusal(head.length === 0 ? 'The file is empty' : unknownType);
      for (const inspector of known.inspectors) inspector.end();
      return known.type;
    },
  };
}

const unknownType = 'Send a PDF, JPEG or PNG; its content tells, not its name';

function recognize(head: Buffer): { type: FileMediaType; inspectors: Inspector[] } {
  if (head.subarray(0, 5).equals(Buffer.from('%PDF-'))) {
    return { type: 'application/pdf', inspectors: [pdfInspector()] };
  }
  if (head.subarray(0, 8).equals(pngSignature)) {
    return { type: 'image/png', inspectors: [structureInspector(walkPng()), imagePolyglotScanner()] };
  }
  if (head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) {
    return { type: 'image/jpeg', inspectors: [structureInspector(walkJpeg()), imagePolyglotScanner()] };
  }
  throw refusal(unknownType);
}
