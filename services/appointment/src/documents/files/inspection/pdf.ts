import type { Words } from '@consulta/contracts';
import { details } from '@consulta/contracts';
import { whatRuns } from './pdf-actions.ts';
import { type PdfObject, pdfObjects, valuesOf } from './pdf-objects.ts';
import { unpackedBytes } from './pdf-streams.ts';
import { LocalPdfManager, PasswordException } from './pdfjs-core.ts';

/** Content that unpacks to more than this holds up or fells whoever opens it. */
const unpackedBytesMax = 1024 ** 3;
/** As many as a wall-sized scan has; a page of paper at 1,200 dots per inch has 140 million. */
const imagePixelsMax = 200_000_000;

/** Why a PDF is not taken, and whether because something in it would run. */
export type PdfRefusal = { reason: Words; runs: boolean };

/**
 * Says why a PDF is not taken; undefined when it is. Judged is every object that hangs from its trailer, as PDF.js
 * reads them: by the cross-reference table, and again by going through the file as readers do that distrust the
 * table, because what one of them sees the other may not.
 */
export async function refusePdf(content: Buffer): Promise<PdfRefusal | undefined> {
  let opened = false;
  for (const recovering of [false, true]) {
    const objects = await open(content, recovering);
    if (objects === 'protected') return protectedPdf;
    if (!objects) continue;
    const refusal = await refuseObjects(objects, opened ? 0 : unpackedBytesMax);
    opened = true;
    if (refusal) return refusal;
  }
  return opened ? undefined : { reason: details.fileDamaged('PDF'), runs: false };
}

/** Nobody here, and no doctor, could open it: what it carries can't be told. An owner's password hinders nobody. */
const protectedPdf: PdfRefusal = {
  reason: details.pdfLocked,
  runs: false,
};

async function open(
  content: Buffer,
  recovering: boolean,
): Promise<Iterable<PdfObject> | 'protected' | undefined> {
  const source = new Uint8Array(content);
  const options = { source, password: '', docId: 'upload', enableXfa: false, evaluatorOptions: {} };
  try {
    const manager = new LocalPdfManager(options);
    await manager.initDocument(recovering);
    return pdfObjects(manager.pdfDocument.xref);
  } catch (error) {
    return error instanceof PasswordException ? 'protected' : undefined;
  }
}

/** @param unpackedMax how much may be unpacked; 0 not to look */
async function refuseObjects(
  objects: Iterable<PdfObject>,
  unpackedMax: number,
): Promise<PdfRefusal | undefined> {
  let left = unpackedMax;
  for (const { dict, stream } of objects) {
    const carried = whatRuns(dict);
    if (carried) return { reason: details.pdfCarries(carried), runs: true };
    if (pixels(dict) > imagePixelsMax) return tooLarge;
    if (!stream || unpackedMax === 0) continue;
    left -= await unpackedBytes(stream, left);
    if (left <= 0) return tooLarge;
  }
  return undefined;
}

const tooLarge: PdfRefusal = { reason: details.pdfTooLarge, runs: false };

function pixels(dict: PdfObject['dict']): number {
  const [width, height] = [valuesOf(dict, 'Width')[0], valuesOf(dict, 'Height')[0]];
  return typeof width === 'number' && typeof height === 'number' ? width * height : 0;
}
