import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { create, type Font } from 'fontkit';
import { unpackWoff } from './woff.ts';

const packed = readFileSync(
  new URL(import.meta.resolve('@fontsource/unifont/files/unifont-latin-400-normal.woff')),
);

function open(content: Buffer): Font {
  const font = create(content);
  assert.ok('hasGlyphForCodePoint' in font);
  return font;
}

test('an unpacked font shows what the packed one does', () => {
  const [before, after] = [open(packed), open(unpackWoff(packed))];
  assert.equal(after.numGlyphs, before.numGlyphs);
  assert.deepEqual(after.characterSet.slice(0, 500), before.characterSet.slice(0, 500));
  for (const char of 'aम漢') {
    const [was, is] = [before, after].map((font) => font.glyphForCodePoint(char.codePointAt(0) ?? 0));
    assert.equal(is?.advanceWidth, was?.advanceWidth);
    assert.equal(is?.path.toSVG(), was?.path.toSVG());
  }
});
