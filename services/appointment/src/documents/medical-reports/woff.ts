import { inflateSync } from 'node:zlib';

const [woffHeader, woffEntry, sfntHeader, sfntEntry] = [44, 20, 12, 16];

/**
 * A WOFF font (W3C, WOFF File Format 1.0) as the TrueType file it was packed from. A renderer that is given the packed one
 * inflates a table of megabytes anew for each letter it takes from it.
 */
export function unpackWoff(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12);
  const head = Buffer.alloc(sfntHeader + count * sfntEntry);
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(count, 4);
  const entrySelector = Math.floor(Math.log2(count));
  head.writeUInt16BE(16 * 2 ** entrySelector, 6);
  head.writeUInt16BE(entrySelector, 8);
  head.writeUInt16BE(16 * (count - 2 ** entrySelector), 10);
  const parts: Buffer[] = [head];
  let length = head.length;
  for (let index = 0; index < count; index += 1) {
    const table = tableOf(woff, woffHeader + index * woffEntry);
    const entry = sfntHeader + index * sfntEntry;
    head.write(table.tag, entry, 'latin1');
    head.writeUInt32BE(table.checksum, entry + 4);
    head.writeUInt32BE(length, entry + 8);
    head.writeUInt32BE(table.content.length, entry + 12);
    const padding = Buffer.alloc(-table.content.length & 3);
    parts.push(table.content, padding);
    length += table.content.length + padding.length;
  }
  return Buffer.concat(parts);
}

function tableOf(woff: Buffer, entry: number): { tag: string; checksum: number; content: Buffer } {
  const field = (number: number) => woff.readUInt32BE(entry + 4 * number);
  const [offset, packed, size, checksum] = [field(1), field(2), field(3), field(4)];
  const stored = woff.subarray(offset, offset + packed);
  const content = packed < size ? inflateSync(stored) : stored;
  return { tag: woff.toString('latin1', entry, entry + 4), checksum, content };
}
