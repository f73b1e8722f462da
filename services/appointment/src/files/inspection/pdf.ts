import { inflateSync } from 'node:zlib';
import { byteScanner } from './markup.ts';
import { type Inspector, refusal } from './refusal.ts';

/*
 * PDF, ISO 32000-2. Not a parser: it reads what lies outside streams and inside object streams, where actions
 * and embedded files must be declared, and looks for the long names everywhere.
 */

const active =
  'JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Rendition|Movie|Sound';
const activeName = new RegExp(String.raw`/(?:${active})[\s()<>[\]{}/%]`);
const markup = /<script[\s>/]|<\?php\s|<html[\s>]/i;
const streamStart = />>\s{0,64}stream\r?\n/g;
const contextChars = 4_096;
const objectStreamCharsMax = 2 * 1024 * 1024;
const inflatedBytesMax = 4 * 1024 * 1024;
const inflatedBytesTotalMax = 64 * 1024 * 1024;

const refuseActive = () =>
  refusal('The PDF has active content or files inside it; print it to a new PDF and send that');

/** Follows a PDF as it streams by. Encrypted ones are refused: nobody could tell what they hold. */
export function pdfInspector(): Inspector {
  const everywhere = byteScanner(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an archive's signature has them
    /\/JavaScript|\/EmbeddedFile|\/RichMedia|\/Launch[\s()<>[\]{}/%]|PK\x05\x06\0\0\0\0/,
    32,
    'The PDF has active content or files inside it; print it to a new PDF and send that',
  );
  let carry = '';
  let mode: 'outside' | 'stream' | 'objects' = 'outside';
  let objects: string[] = [];
  let objectChars = 0;
  let inflated = 0;
  let tail = '';
  let begun = false;

  const keepObjects = (part: string) => {
    objectChars += part.length;
    if (objectChars > objectStreamCharsMax) throw refusal('The PDF is built in a way that cannot be checked');
    objects.push(part);
  };
  const readObjects = () => {
    const text = inflate(Buffer.from(objects.join(''), 'latin1'));
    objects = [];
    objectChars = 0;
    inflated += text.length;
    if (inflated > inflatedBytesTotalMax) throw refusal('The PDF is built in a way that cannot be checked');
    refuseNames(`${text}\n`);
  };
  /** Handles the text from `start`; answers where the next part starts, or -1 when more must come first. */
  const advance = (text: string, start: number): number => {
    if (mode === 'outside') {
      streamStart.lastIndex = start;
      const found = streamStart.exec(text);
      const outside = text.slice(start, found ? found.index + 2 : undefined);
      refuseNames(outside);
      if (!found) {
        carry = outside.slice(-contextChars);
        return -1;
      }
      mode = isObjectStream(outside.slice(-contextChars)) ? 'objects' : 'stream';
      return streamStart.lastIndex;
    }
    const end = text.indexOf('endstream', start);
    // Of a stream only as much is carried over as the beginning of its end mark can take.
    const upTo = end < 0 ? Math.max(start, text.length - 8) : end;
    if (mode === 'objects') keepObjects(text.slice(start, upTo));
    if (end < 0) {
      carry = text.slice(upTo);
      return -1;
    }
    if (mode === 'objects') readObjects();
    mode = 'outside';
    return end + 'endstream'.length;
  };

  return {
    push: (chunk) => {
      everywhere.push(chunk);
      const fresh = chunk.toString('latin1');
      tail = (tail + fresh).slice(-1_024);
      const text = carry + fresh;
      if (!begun && text.length >= 8) {
        if (!/^%PDF-[12]\.\d/.test(text)) throw refusal('The PDF does not begin like one');
        begun = true;
      }
      carry = '';
      for (let start = 0; start >= 0; ) start = advance(text, start);
    },
    end: () => {
      if (!begun || mode !== 'outside') throw refusal('The PDF is cut off');
      refuseNames(`${carry}\n`);
      if (!/%%EOF[\s\0]*$/.test(tail)) throw refusal('The PDF is cut off, or something comes after its end');
    },
  };
}

/** Names may be spelled with `#xx` escapes (7.3.5), which is how they are hidden. */
const plainNames = (text: string) =>
  text.includes('#')
    ? text.replace(/#([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

function refuseNames(text: string): void {
  const names = plainNames(text);
  if (activeName.test(names) || markup.test(names)) throw refuseActive();
  if (/\/Encrypt[\s<]/.test(names)) {
    throw refusal('The PDF is protected and cannot be checked; save it without protection and send that');
  }
}

/** Whether the stream whose dictionary stands at the end of the text is an object stream (7.5.7). */
function isObjectStream(context: string): boolean {
  const names = plainNames(context);
  if (!/\/ObjStm\b/.test(names)) return false;
  if (!/\/FlateDecode\b/.test(names) || /\/(?:LZW|ASCII|RunLength|Crypt|Predictor)/.test(names)) {
    throw refusal('The PDF is built in a way that cannot be checked');
  }
  return true;
}

function inflate(data: Buffer): string {
  try {
    return inflateSync(data, { maxOutputLength: inflatedBytesMax }).toString('latin1');
  } catch {
    throw refusal('The PDF is damaged, or built in a way that cannot be checked');
  }
}
