import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileMediaTypes } from '@consulta/contracts';
import fc from 'fast-check';
import { attachment, safeFileName } from './names.ts';
import { requestedRange } from './ranges.ts';

const anyName = fc.string({ unit: 'binary', maxLength: 300 });

test('whatever a name was, what is kept is short, plain and true of the content, and stays as it is', () =>
  fc.assert(
    fc.property(anyName, fc.constantFrom(...fileMediaTypes), (given, type) => {
      const name = safeFileName(given, type);
      assert.match(
        name,
        /^[^\p{Cc}\p{Cf}\p{Cs}/\\<>:"|?*%;`$. ][^\p{Cc}\p{Cf}\p{Cs}/\\<>:"|?*%;`$]*\.(pdf|jpe?g|png)$/iu,
      );
      assert.ok([...name].length <= 155);
      assert.equal(safeFileName(name, type), name);
    }),
    { numRuns: 2_000 },
  ));

test('a long run of dots costs no time', () => {
  const startedMs = performance.now();
  safeFileName(`${'.'.repeat(1_000_000)}x`, 'image/png');
  assert.ok(performance.now() - startedMs < 500);
});

test('the header that names a file is one line of ASCII and gives the name back', () =>
  fc.assert(
    fc.property(anyName, (given) => {
      const name = safeFileName(given, 'application/pdf');
      const header = attachment(name);
      const match =
        /^attachment; filename="([\x20-\x21\x23-\x7e]+)"; filename\*=UTF-8''([A-Za-z0-9%_.!~-]+)$/.exec(
          header,
        );
      assert.ok(match?.[2], header);
      assert.equal(decodeURIComponent(match[2]), name);
    }),
    { numRuns: 2_000 },
  ));

test('a range lies within the file, whatever the header says', () =>
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 10_000 }), (noise, a, b, size) => {
      for (const header of [noise, `bytes=${a}-${b}`, `bytes=${a}-`, `bytes=-${b}`, `bytes=${noise}`]) {
        const range = requestedRange(header, size);
        if (range === undefined || range === 'unsatisfiable') continue;
        assert.ok(range.start >= 0 && range.start < range.end && range.end <= size);
      }
    }),
  ));
