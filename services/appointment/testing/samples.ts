import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

/** An 8 by 8 pixel baseline JPEG. */
export const jpeg: Buffer = Buffer.from(
  '/9j/4AAQSkZJRgABAQEAAAAAAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAAIAAcDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwD3+iiigD//2Q==',
  'base64',
);

/** One PNG chunk. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])));
  return Buffer.concat([head, data, crc]);
}

/** A PNG; `more` stands between header and pixels. */
export function png(
  options: {
    width?: number;
    height?: number;
    colour?: 'rgb' | 'grey';
    more?: Buffer[];
    pixels?: Buffer;
  } = {},
): Buffer {
  const { width = 1, height = 1, colour = 'rgb', more = [], pixels = deflateSync(Buffer.alloc(4)) } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colour === 'rgb' ? 2 : 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    ...more,
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A grey PNG of exactly so many bytes, its pixels noise; what they leave over is in a chunk that readers skip. */
export function pngOfSize(bytes: number): Buffer {
  const height = Math.max(1, Math.floor((bytes - 400) / 1_003));
  const width = Math.min(1_000, bytes - 400);
  const rows = randomBytes(height * (width + 1));
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0;
  const pixels = deflateSync(rows, { level: 0 });
  const image = (more: Buffer[]) => png({ width, height, colour: 'grey', pixels, more });
  return image([pngChunk('prIv', Buffer.alloc(bytes - image([pngChunk('prIv', Buffer.alloc(0))]).length))]);
}

/** A JPEG segment: marker code, length and data. */
export function jpegSegment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

/** The JPEG with segments put in after its start. */
export const jpegWith = (...segments: Buffer[]): Buffer =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

/** A PDF whose catalog has `entries` and which holds `objects` besides, one of them as its page if it is named. */
export function pdf(entries = '', objects = '', kids = ''): Buffer {
  const text = `%PDF-1.7
%\xe2\xe3\xcf\xd3
1 0 obj
<< /Type /Catalog /Pages 2 0 R ${entries} >>
endobj
2 0 obj
<< /Type /Pages /Kids [${kids}] /Count ${kids === '' ? 0 : 1} >>
endobj
${objects}
trailer
<< /Root 1 0 R /Size 3 >>
startxref
9
%%EOF
`;
  return Buffer.from(text, 'latin1');
}

/** A stream object of a PDF. */
export const pdfStream = (dictionary: string, data: Buffer, number = 9): string =>
  `${number} 0 obj\n<< ${dictionary} /Length ${data.length} >>\nstream\n${data.toString('latin1')}\nendstream\nendobj`;

/** The files of `inspection/cases/`: those to be taken, or those to be refused. */
export function caseFiles(folder: 'accept' | 'refuse'): [name: string, content: Buffer][] {
  const at = new URL(`../src/documents/files/inspection/cases/${folder}/`, import.meta.url);
  return readdirSync(at).map((name) => [name, readFileSync(new URL(name, at))]);
}
