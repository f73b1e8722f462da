import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import {
  caseFiles,
  jpeg,
  jpegSegment,
  jpegWith,
  pdf,
  png,
  pngChunk,
  pngOfSize,
} from '../../../../testing/samples.ts';
import { judge } from './judge.ts';

const text = (value: string) => Buffer.from(value, 'latin1');
const joined = (...parts: (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : part)));
const script = '<script>alert(1)</script>';
const openingScript = pdf('/OpenAction << /S /JavaScript /JS (x) >>');
const drawn = (channels: 3 | 4 = 3) =>
  sharp({ create: { width: 60, height: 40, channels, background: '#c63' } }).composite([
    { input: png(), left: 5, top: 5 },
  ]);
const mediaTypes: Record<string, string> = { pdf: 'application/pdf', jpg: 'image/jpeg', png: 'image/png' };

const pictures: [string, Buffer][] = [
  ['progressive.jpg', await drawn().jpeg({ progressive: true }).toBuffer()],
  ['grey.jpg', await drawn().greyscale().jpeg().toBuffer()],
  ['cmyk.jpg', await drawn().toColourspace('cmyk').jpeg().toBuffer()],
  ['turned.jpg', await drawn().withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['with a second picture after it.jpg', joined(jpegWith(jpegSegment(0xe2, text('MPF\0'))), '\0\0', jpeg)],
  ['with a film after it.jpg', joined(jpeg, '\0\0\0\x18ftypmp42', Buffer.alloc(5_000, 7))],
  ['with an archive after it.jpg', joined(jpeg, 'PK\x03\x04')],
  ['with a comment.jpg', jpegWith(jpegSegment(0xfe, text(script)))],
  ['with a clean PDF in it.jpg', jpegWith(jpegSegment(0xfe, pdf()))],
  ['interlaced.png', await drawn().png({ progressive: true }).toBuffer()],
  ['palette.png', await drawn().png({ palette: true }).toBuffer()],
  ['transparent.png', await drawn(4).png().toBuffer()],
  ['16 bits.png', await drawn().toColourspace('rgb16').png().toBuffer()],
  ['noise.png', pngOfSize(3_000_000)],
  ['with a title.png', png({ more: [pngChunk('tEXt', text('Title\0<html>Raio-X'))] })],
  ['with a page after it.png', joined(png(), '<html></html>')],
  [
    'of 50 megapixels.png',
    await sharp({ create: { width: 10_000, height: 5_000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer(),
  ],
];

const others: [string, Buffer, RegExp][] = [
  ['nothing', Buffer.alloc(0), /empty/],
  ['a few bytes', text('%PDF-'), /damaged/],
  ['a Windows program', joined('MZ\x90\0', Buffer.alloc(500)), /PDF, JPEG or PNG/],
  ['a Linux program', joined('\x7fELF', Buffer.alloc(500)), /PDF, JPEG or PNG/],
  ['a program that is a PDF too', joined('\x7fELF', pdf()), /PDF, JPEG or PNG/],
  ['a shell script', text('#!/bin/sh\nrm -rf /\n'), /PDF, JPEG or PNG/],
  ['a page', text(`<!doctype html><html>${script}</html>`), /PDF, JPEG or PNG/],
  ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), /PDF, JPEG or PNG/],
  ['an archive', joined('PK\x03\x04', Buffer.alloc(100)), /PDF, JPEG or PNG/],
  ['a GIF', await drawn().gif().toBuffer(), /PDF, JPEG or PNG/],
  ['a WebP', await drawn().webp().toBuffer(), /PDF, JPEG or PNG/],
  ['a TIFF', await drawn().tiff().toBuffer(), /PDF, JPEG or PNG/],
  ['an AVIF', await drawn().avif().toBuffer(), /PDF, JPEG or PNG/],
  ['a PDF after 1,025 bytes', joined(Buffer.alloc(1_025, ' '), pdf()), /PDF, JPEG or PNG/],
  ['words about PDFs', text('%PDF-1.7 is how one begins'), /damaged/],
  ['a program that only starts like a PNG', joined('\x89PNG\r\n\x1a\n', 'MZ', Buffer.alloc(500)), /damaged/],
  ['a PNG of 50.01 megapixels', png({ width: 10_000, height: 5_001 }), /megapixels/],
  ['a PNG of 50,000 by 50,000 pixels', png({ width: 50_000, height: 50_000 }), /megapixels/],
  ['a PNG that claims the most', png({ width: 0x7fffffff, height: 0x7fffffff }), /megapixels|damaged/],
  ['a PNG without width', png({ width: 0 }), /damaged/],
  ['a PNG whose pixels are none', png({ pixels: text('no pixels') }), /damaged/],
  ['a PNG cut off', pngOfSize(50_000).subarray(0, 40_000), /damaged/],
  ['a JPEG of 65,000 by 65,000 pixels', largeJpeg(), /megapixels/],
  ['a JPEG without a picture', Buffer.from([0xff, 0xd8, 0xff, 0xd9, 0, 0, 0, 0]), /damaged/],
  ['a JPEG cut off', (await drawn().jpeg().toBuffer()).subarray(0, -40), /damaged/],
  ['a JPEG with a scripted PDF in it', jpegWith(jpegSegment(0xfe, openingScript)), /script/],
];

/** The sample with another height and width in its frame header. */
function largeJpeg(): Buffer {
  const large = Buffer.from(jpeg);
  const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
  large.writeUInt16BE(65_000, frame + 5);
  large.writeUInt16BE(65_000, frame + 7);
  return large;
}

suite('a file is taken when it is', () => {
  for (const [name, content] of [...caseFiles('accept'), ...pictures]) {
    test(name, async () => {
      assert.deepEqual(await judge(content), { mediaType: mediaTypes[name.split('.').at(-1) ?? ''] });
    });
  }
});

suite('a file is refused when it is', () => {
  for (const [name, content, reason = /./] of [...caseFiles('refuse'), ...others]) {
    test(name, async () => {
      const verdict = await judge(content);
      assert.ok('refused' in verdict, JSON.stringify(verdict));
      assert.match(verdict.refused.en, reason);
    });
  }
});

test('whatever is spoiled is judged without a fault of ours', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...[...caseFiles('accept'), ...caseFiles('refuse')].map(([, content]) => content)),
      fc.nat(),
      fc.uint8Array(),
      async (content, at, noise) => {
        const start = at % content.length;
        const spoiled = joined(content.subarray(0, start), Buffer.from(noise), content.subarray(start));
        const verdict = await judge(spoiled);
        assert.ok('refused' in verdict || 'mediaType' in verdict);
      },
    ),
    { numRuns: 200 },
  ));
