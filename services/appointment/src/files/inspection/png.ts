import { inflateSync } from 'node:zlib';
import { assertDimensions } from './dimensions.ts';
import { refuseMarkup } from './markup.ts';
import { refusal } from './refusal.ts';
import type { Walk } from './structure.ts';

/*
 * PNG, third edition (W3C 2025): a signature, then chunks of length, type, data and CRC, from IHDR to IEND.
 */

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const crcBytes = 4;
const textBytesMax = 256 * 1024;
const inflatedBytesMax = 1024 * 1024;
const damaged = () => refusal('The PNG is damaged');

/** Walks the chunks; text is read, compressed text too. */
export function* walkPng(): Walk {
  if (!(yield { take: 8 }).equals(pngSignature)) throw damaged();
  const header = yield { take: 8 + 13 + crcBytes };
  if (header.readUInt32BE(0) !== 13 || header.toString('latin1', 4, 8) !== 'IHDR') throw damaged();
  assertDimensions(header.readUInt32BE(8), header.readUInt32BE(12));
  let sawData = false;
  let textBytes = 0;
  for (;;) {
    const head = yield { take: 8 };
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (!isChunkAllowed(type) || length > 0x7fffffff) throw damaged();
    if (type === 'IEND') {
      if (length !== 0 || !sawData) throw damaged();
      yield { take: crcBytes };
      return;
    }
    if (isText(type)) {
      textBytes += length;
      if (textBytes > textBytesMax) throw refusal('The PNG carries too much text');
      if (length > 0) readText(type, yield { take: length });
      yield { skip: crcBytes };
    } else {
      yield { skip: length + crcBytes };
    }
    sawData ||= type === 'IDAT';
  }
}

/** A decoder must understand critical chunks (capital first letter), so unknown ones have no place. */
const isChunkAllowed = (type: string) =>
  /^[A-Z]/.test(type) ? ['PLTE', 'IDAT', 'IEND'].includes(type) : /^[a-z][A-Za-z]{3}$/.test(type);

const isText = (type: string) => type === 'tEXt' || type === 'zTXt' || type === 'iTXt';

function readText(type: string, data: Buffer): void {
  refuseMarkup(data);
  const keywordEnd = data.indexOf(0);
  if (keywordEnd < 0) throw damaged();
  if (type === 'zTXt') refuseMarkup(inflate(data.subarray(keywordEnd + 2)));
  if (type === 'iTXt' && data[keywordEnd + 1] === 1) {
    const languageEnd = data.indexOf(0, keywordEnd + 3);
    const translatedEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
    if (translatedEnd < 0) throw damaged();
    refuseMarkup(inflate(data.subarray(translatedEnd + 1)));
  }
}

function inflate(data: Buffer): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: inflatedBytesMax });
  } catch {
    throw refusal('The PNG carries text that cannot be read');
  }
}
