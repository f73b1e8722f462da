import { details } from '@consulta/contracts';
import { refuseImage } from './image.ts';
import { refusePdf } from './pdf.ts';
import { refused, type Verdict } from './verdict.ts';

/** Readers look for a PDF's header in the first 1,024 bytes (ISO 32000-1, annex H, note 13): printers and mail put some before. */
const pdfLeadBytesMax = 1_024;

/** What starts a program, a script, an archive or another picture is that, whatever follows; and so is a page. */
const otherKinds = ['MZ', '\x7fELF', '\xca\xfe\xba\xbe', '#!', 'PK', 'Rar!', '7z', 'GIF8'];
const page = /^(?:\xef\xbb\xbf)?\s*</;

/**
 * Tells what a file is by its content alone, and refuses what is no PDF, JPEG or PNG, can't be opened, unpacks to
 * more than a reader can bear, or carries something that runs.
 */
export async function judge(content: Buffer): Promise<Verdict> {
  const head = content.toString('latin1', 0, pdfLeadBytesMax + '%PDF-'.length);
  const pdfAt = head.indexOf('%PDF-');
  const image = imageType(content);
  if (image) {
    const reason = await refuseImage(content, image);
    // A reader that is handed such a picture as a PDF opens the PDF in it.
    const hidden = pdfAt >= 0 && !reason ? await refusePdf(content) : undefined;
    if (reason) return refused(reason);
    return hidden?.runs ? refused(hidden.reason) : { mediaType: `image/${image}` };
  }
  if (pdfAt < 0 || page.test(head) || otherKinds.some((start) => head.startsWith(start))) {
    return refused(content.length === 0 ? details.fileEmpty : details.fileTypeUnknown);
  }
  const refusal = await refusePdf(content);
  return refusal ? refused(refusal.reason) : { mediaType: 'application/pdf' };
}

function imageType(content: Buffer): 'jpeg' | 'png' | undefined {
  if (content.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpeg';
  if (content.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))) return 'png';
  return undefined;
}
