import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { pdf, pdfStream, png } from './samples.ts';

/** So many times 16 MiB of zeros, deflated as often as said. */
function blanks(times: number, layers: number): Buffer {
  const part = deflateRawSync(Buffer.alloc(16 * 1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
  let packed = Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array.from({ length: times }, () => part)]);
  for (let layer = 1; layer < layers; layer += 1) packed = deflateSync(packed, { level: 9 });
  return packed;
}

const filters = (count: number) => `/Filter [${'/FlateDecode '.repeat(count)}]`;

/** A PDF of one page, with more entries and objects. */
const pageWith = (entries: string, objects: string) =>
  pdf('', `3 0 obj\n<< /Type /Page /Parent 2 0 R ${entries} >>\nendobj\n${objects}`, '3 0 R');

/** Each within what a page may have, and together far beyond. */
function widePdf(): Buffer {
  const numbers = Array.from({ length: 300 }, (_, index) => index + 10);
  const content = blanks(1, 2);
  const objects = numbers.map((number) => pdfStream(filters(2), content, number));
  return pageWith(`/Contents [${numbers.map((number) => `${number} 0 R`).join(' ')}]`, objects.join('\n'));
}

/** The page's annotation lies among compressed objects that unpack to 4 GiB of nothing first. */
function objectStreamPdf(): Buffer {
  const data = blanks(256, 3);
  const catalog = '1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R >>\nendobj\n';
  const pages = '2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n';
  const objects = pdfStream(`/Type /ObjStm /N 1 /First 4 ${filters(3)}`, data, 4);
  const body = Buffer.from(`%PDF-1.7\n${catalog}${pages}${objects}\n`, 'latin1');
  const [first, second, fourth] = [1, 2, 4].map((number) => body.indexOf(`${number} 0 obj`));
  const rows = [
    [0, 0],
    [1, first],
    [1, second],
    [2, 4],
    [1, fourth],
    [1, body.length],
  ];
  const table = Buffer.alloc(rows.length * 6);
  for (const [index, [type = 0, where = 0]] of rows.entries()) {
    table.writeUInt8(type, index * 6);
    table.writeUInt32BE(where, index * 6 + 1);
  }
  const references = pdfStream(`/Type /XRef /Size ${rows.length} /Root 1 0 R /W [1 4 1]`, table, 5);
  return Buffer.concat([body, Buffer.from(`${references}\nstartxref\n${body.length}\n%%EOF\n`, 'latin1')]);
}

function picturePdf(): Buffer {
  const picture = '/Type /XObject /Subtype /Image /Width 50000 /Height 50000 /BitsPerComponent 1';
  const objects = pdfStream(`${picture} /ColorSpace /DeviceGray ${filters(2)}`, blanks(20, 2));
  return pageWith('/Resources << /XObject << /I 9 0 R >> >>', objects);
}

/** Small files that unpack to more than anybody can hold. */
export const bombs: [string, Buffer][] = [
  [
    'a PDF whose page unpacks to 4 GiB, in three layers',
    pageWith('/Contents 9 0 R', pdfStream(filters(3), blanks(256, 3))),
  ],
  ['a PDF whose 300 contents unpack to 5 GB', widePdf()],
  ['a PDF whose objects unpack to 4 GiB', objectStreamPdf()],
  ['a PDF with a picture of 50,000 by 50,000 pixels', picturePdf()],
  ['a PNG of 50,000 by 50,000 pixels', png({ width: 50_000, height: 50_000 })],
];
