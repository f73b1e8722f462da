import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { ProblemError } from '@consulta/platform';
import fc from 'fast-check';
import {
  jpeg,
  jpegSegment,
  jpegWith,
  pdf,
  pdfObjectStream,
  pdfStream,
  png,
  pngChunk,
  pngOfSize,
} from '../testing/samples.ts';
import { fileInspector } from './content-type.ts';

function inspect(content: Buffer, piece = 65_536): string {
  const inspector = fileInspector();
  try {
    for (let start = 0; start < content.length; start += piece) {
      inspector.push(content.subarray(start, start + piece));
    }
    return inspector.end();
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    assert.equal(error.status, 415);
    return error.message;
  }
}
const script = '<script>alert(1)</script>';
const php = '<?php system($_GET["c"]); ?>';
const text = (value: string) => Buffer.from(value, 'latin1');
const latin1 = (...parts: (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : part)));
const archiveEnd = 'PK\x05\x06\0\0\0\0\x01\0\x01\0';

const accepted: [string, Buffer, string][] = [
  ['a PNG', png(), 'image/png'],
  ['a large PNG of noise', pngOfSize(3_000_000), 'image/png'],
  ['a PNG of 50 megapixels', png({ width: 10_000, height: 5_000 }), 'image/png'],
  ['a PNG with a title', png({ more: [pngChunk('tEXt', text('Title\0Raio-X do tórax'))] }), 'image/png'],
  [
    'a PNG with XMP',
    png({ more: [pngChunk('iTXt', text('XML:com.adobe.xmp\0\0\0\0\0<?xpacket begin=""?><x:xmpmeta/>'))] }),
    'image/png',
  ],
  [
    'a PNG with compressed text',
    png({ more: [pngChunk('zTXt', latin1('Comment\0\0', deflateSync(text('ok'))))] }),
    'image/png',
  ],
  ['a JPEG', jpeg, 'image/jpeg'],
  [
    'a JPEG with a comment and Exif',
    jpegWith(jpegSegment(0xe1, text('Exif\0\0…')), jpegSegment(0xfe, text('laudo'))),
    'image/jpeg',
  ],
  [
    'a JPEG whose scan holds stuffed zeros, restarts and fill bytes',
    Buffer.concat([jpeg.subarray(0, -2), Buffer.from([0xff, 0x00, 0xff, 0xd0, 0xff, 0xff, 0xff, 0xd9])]),
    'image/jpeg',
  ],
  [
    'a phone’s JPEG with a second picture it announces',
    Buffer.concat([jpegWith(jpegSegment(0xe2, text('MPF\0…'))), Buffer.alloc(3), jpeg]),
    'image/jpeg',
  ],
  ['a PDF', pdf(), 'application/pdf'],
  ['a PDF with compressed objects', pdf('', pdfObjectStream('3 0 << /Type /Font >>')), 'application/pdf'],
  ['a PDF that opens on a page', pdf('/OpenAction [3 0 R /Fit]'), 'application/pdf'],
  ['a PDF with names that begin like bad ones', pdf('/JSObject 1 /Launcher 2'), 'application/pdf'],
  [
    'a PDF whose stream looks like anything',
    pdf('', pdfStream('', latin1('/JS (x) ', randomBytes(200_000)))),
    'application/pdf',
  ],
];

const refused: [string, Buffer, RegExp][] = [
  ['nothing', Buffer.alloc(0), /empty/],
  ['a few bytes', text('%PDF-'), /PDF, JPEG or PNG/],
  ['a Windows program', latin1('MZ\x90\0', Buffer.alloc(500)), /PDF, JPEG or PNG/],
  ['a Linux program', latin1('\x7fELF', Buffer.alloc(500)), /PDF, JPEG or PNG/],
  ['a shell script', text('#!/bin/sh\nrm -rf /\n'), /PDF, JPEG or PNG/],
  ['a page', text(`<!doctype html><html>${script}</html>`), /PDF, JPEG or PNG/],
  ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), /PDF, JPEG or PNG/],
  ['an archive', latin1('PK\x03\x04', Buffer.alloc(100)), /PDF, JPEG or PNG/],
  ['a GIF', latin1('GIF89a', Buffer.alloc(100)), /PDF, JPEG or PNG/],
  ['a program that only starts like a PNG', latin1('\x89PNG\r\n\x1a\n', 'MZ', Buffer.alloc(500)), /damaged/],

  ['a PNG that would unpack to 50.01 megapixels', png({ width: 10_000, height: 5_001 }), /megapixels/],
  ['a PNG bomb', png({ width: 0x7fffffff, height: 0x7fffffff }), /megapixels/],
  ['a PNG without width', png({ width: 0 }), /width or height/],
  ['a PNG cut off', png().subarray(0, -1), /cut off/],
  ['a PNG with a script after its end', latin1(png(), script), /after the end|script/],
  ['a PNG with one byte after its end', latin1(png(), '\0'), /after the end/],
  ['a PNG with a program after its end', latin1(png(), 'MZ\x90\0'), /after the end/],
  [
    'a PNG with a script in its text',
    png({ more: [pngChunk('tEXt', text(`Comment\0${script}`))] }),
    /script/,
  ],
  ['a PNG with PHP in its text', png({ more: [pngChunk('tEXt', text(`Comment\0${php}`))] }), /script/],
  ['a PNG with PHP in its pixels', png({ pixels: latin1(randomBytes(100), php) }), /script/],
  ['a PNG with PHP in a private chunk', png({ more: [pngChunk('prIv', text(php))] }), /script/],
  [
    'a PNG with a script in compressed text',
    png({ more: [pngChunk('zTXt', latin1('Comment\0\0', deflateSync(text(script))))] }),
    /script/,
  ],
  [
    'a PNG with a script in compressed international text',
    png({ more: [pngChunk('iTXt', latin1('Comment\0\x01\0pt\0\0', deflateSync(text(script))))] }),
    /script/,
  ],
  [
    'a PNG whose text is a bomb',
    png({ more: [pngChunk('zTXt', latin1('Comment\0\0', deflateSync(Buffer.alloc(2_000_000))))] }),
    /cannot be read/,
  ],
  [
    'a PNG with more text than a picture has',
    png({ more: [pngChunk('tEXt', Buffer.alloc(300_000))] }),
    /too much text/,
  ],
  ['a PNG with an unknown critical chunk', png({ more: [pngChunk('EVIL', text('x'))] }), /damaged/],
  ['a PNG with a second header', png({ more: [pngChunk('IHDR', Buffer.alloc(13))] }), /damaged/],
  ['a PNG that is an archive too', png({ more: [pngChunk('prIv', text(archiveEnd))] }), /archive/],

  ['a JPEG cut off', jpeg.subarray(0, -1), /cut off/],
  ['a JPEG with a script after its end', latin1(jpeg, script), /after the end|script/],
  ['a JPEG with one byte after its end', latin1(jpeg, '\0'), /after the end/],
  ['a JPEG with an archive after its end', latin1(jpeg, 'PK\x03\x04'), /after the end/],
  ['a JPEG with an unannounced second picture', Buffer.concat([jpeg, jpeg]), /after the end/],
  [
    'a JPEG with a script after its announced second picture',
    latin1(jpegWith(jpegSegment(0xe2, text('MPF\0'))), jpeg, script),
    /damaged|script/,
  ],
  ['a JPEG with PHP in its comment', jpegWith(jpegSegment(0xfe, text(php))), /script/],
  ['a JPEG with a page in its Exif', jpegWith(jpegSegment(0xe1, text('Exif\0\0<html><body>'))), /script/],
  ['a JPEG with PHP in a table', jpegWith(jpegSegment(0xdb, text(php))), /script/],
  ['a JPEG of 65,535 by 65,535 pixels', largeJpeg(), /megapixels/],
  ['a JPEG without a picture', Buffer.from([0xff, 0xd8, 0xff, 0xd9, 0, 0, 0, 0]), /damaged/],
  ['a JPEG whose first segment is a lie', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), /damaged/],
  ['a JPEG that is an archive too', jpegWith(jpegSegment(0xfe, text(archiveEnd))), /archive/],

  ['a PDF without its end', pdf().subarray(0, -8), /cut off/],
  ['a PDF with a script after its end', latin1(pdf(), script), /comes after|active/],
  ['a PDF with a program after its end', latin1(pdf(), 'MZ\x90\0'), /comes after/],
  ['a PDF after something else', latin1('GIF89a', pdf()), /PDF, JPEG or PNG/],
  ['a PDF of an odd version', latin1('%PDF-9.9\n', pdf().subarray(9)), /begin/],
  ['a PDF with JavaScript', pdf('/OpenAction << /S /JavaScript /JS (app.alert(1)) >>'), /active/],
  ['a PDF with JavaScript only by its key', pdf('/OpenAction << /JS(app.alert(1)) >>'), /active/],
  ['a PDF with JavaScript spelled in escapes', pdf('/OpenAction << /S /J#61vaScript /J#53 (x) >>'), /active/],
  ['a PDF that starts a program', pdf('/OpenAction << /S /Launch /F (cmd.exe) >>'), /active/],
  ['a PDF with files inside', pdf('/Names << /EmbeddedFiles 3 0 R >>'), /active/],
  ['a PDF with a stream that is a file', pdf('', pdfStream('/Type /EmbeddedFile', text('MZ'))), /active/],
  ['a PDF with a dynamic form', pdf('/AcroForm << /XFA 3 0 R >>'), /active/],
  ['a PDF that sends its form away', pdf('/AA << /O << /S /SubmitForm /F (http://x) >> >>'), /active/],
  [
    'a PDF with JavaScript in compressed objects',
    pdf('', pdfObjectStream('3 0 << /S /JavaScript /JS (x) >>')),
    /active/,
  ],
  ['a PDF whose compressed objects end in JavaScript', pdf('', pdfObjectStream('3 0 /JS')), /active/],
  [
    'a PDF with compressed objects nobody can read',
    pdf('', pdfStream('/Type /ObjStm /Filter /FlateDecode', text('no'))),
    /cannot be checked/,
  ],
  [
    'a PDF whose objects are hidden twice',
    pdf('', pdfStream('/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]', text('00'))),
    /cannot be checked/,
  ],
  ['a PDF whose objects are a bomb', pdf('', pdfObjectStream(' '.repeat(5_000_000))), /cannot be checked/],
  ['a protected PDF', pdf('', 'trailer << /Encrypt 5 0 R >>'), /protected/],
  ['a PDF that is a page too', pdf('', `% ${script}`), /active/],
  ['a PDF that is an archive too', pdf('', pdfStream('', text(archiveEnd))), /active content or files/],
];

/** The sample with its frame header's height and width set to the most they can say. */
function largeJpeg(): Buffer {
  const large = Buffer.from(jpeg);
  large.fill(
    0xff,
    large.indexOf(Buffer.from([0xff, 0xc0])) + 5,
    large.indexOf(Buffer.from([0xff, 0xc0])) + 9,
  );
  return large;
}

suite('a file is taken when it is', () => {
  for (const [name, content, type] of accepted) test(name, () => assert.equal(inspect(content), type));
});

suite('a file is refused when it is', () => {
  for (const [name, content, detail] of refused) test(name, () => assert.match(inspect(content), detail));
});

test('the pieces a file arrives in make no difference', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), (piece) => {
      const small = [...accepted, ...refused].filter(([, content]) => content.length < 10_000);
      for (const [name, content] of small) {
        const whole = inspect(content, content.length || 1);
        const taken = !whole.includes(' ');
        assert.equal(!inspect(content, piece).includes(' '), taken, name);
      }
    }),
    { numRuns: 20 },
  ));

test('a file cut off anywhere is refused', () => {
  for (const content of [png(), jpeg, pdf('', pdfObjectStream('3 0 << >>'))]) {
    const end = content.toString('latin1').trimEnd().length;
    for (let length = 0; length < end; length += 1) {
      assert.match(
        inspect(content.subarray(0, length)),
        / /,
        `${content.toString('latin1', 0, 4)} ${length}`,
      );
    }
  }
});

test('random bytes with a right beginning are refused without a fault of ours', () =>
  fc.assert(
    fc.property(fc.constantFrom(png(), jpeg, pdf()), fc.nat(), fc.uint8Array(), (content, at, noise) => {
      const start = 8 + (at % (content.length - 8));
      const spoiled = Buffer.concat([content.subarray(0, start), noise, content.subarray(start)]);
      assert.equal(typeof inspect(spoiled), 'string');
    }),
    { numRuns: 500 },
  ));
