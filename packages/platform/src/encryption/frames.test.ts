import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { framePlainBytes, openFrames, sealedBytes, sealedRange, sealFrames } from './frames.ts';
import { SealBroken } from './key-ring.ts';

const frameBytes = framePlainBytes + 16;
const key = { dataKey: randomBytes(32), objectId: 'file:1' };

async function* inPieces(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size);
}
async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}
const seal = (plain: Buffer, piece = 10_007) => collect(sealFrames(inPieces(plain, piece), key));
const open = (sealed: Buffer, plainBytes: number, piece = 50_021) =>
  collect(openFrames(inPieces(sealed, piece), key, plainBytes));

/** Sizes around the edges of frames, where mistakes live. */
const sizes = fc.oneof(
  fc.integer({ min: 0, max: 4 * framePlainBytes }),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -1, max: 1 }))
    .map(([frames, off]) => Math.max(0, frames * framePlainBytes + off)),
);
const pieces = fc.integer({ min: 1_000, max: 200_000 });

test('what is sealed opens again, whatever its size and the pieces it comes in', () =>
  fc.assert(
    fc.asyncProperty(sizes, pieces, pieces, async (size, sealPiece, openPiece) => {
      const plain = randomBytes(size);
      const sealed = await seal(plain, sealPiece);
      assert.equal(sealed.length, sealedBytes(size));
      assert.deepEqual(await open(sealed, size, openPiece), plain);
    }),
    { numRuns: 60 },
  ));

test('any range opens from its own frames alone', () =>
  fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.nat(), pieces, async (size, a, b, piece) => {
      const [start, end] = [a % (size + 1), b % (size + 1)].sort((x, y) => x - y) as [number, number];
      const plain = randomBytes(size);
      const sealed = await seal(plain);
      const part = sealedRange(size, { start, end });
      const frames = inPieces(sealed.subarray(part.start, part.end), piece);
      assert.deepEqual(
        await collect(openFrames(frames, key, size, { start, end })),
        plain.subarray(start, end),
      );
    }),
    { numRuns: 60 },
  ));

test('a flipped bit anywhere is refused, and no wrong byte comes out before', () =>
  fc.assert(
    fc.asyncProperty(sizes, fc.nat(), fc.integer({ min: 0, max: 7 }), async (size, at, bit) => {
      const plain = randomBytes(size);
      const sealed = await seal(plain);
      const position = at % sealed.length;
      sealed.writeUInt8(sealed.readUInt8(position) ^ (1 << bit), position);
      const seen: Buffer[] = [];
      await assert.rejects(async () => {
        for await (const chunk of openFrames(inPieces(sealed, 50_000), key, size)) seen.push(chunk);
      }, SealBroken);
      const before = Buffer.concat(seen);
      assert.deepEqual(before, plain.subarray(0, before.length));
      assert.ok(before.length <= Math.floor(position / frameBytes) * framePlainBytes);
    }),
    { numRuns: 60 },
  ));

test('a cut off end is refused, also at a frame and with a size that fits the cut', () =>
  fc.assert(
    fc.asyncProperty(sizes, fc.nat(), async (size, at) => {
      const sealed = await seal(randomBytes(size));
      const cut = at % sealed.length;
      await assert.rejects(open(sealed.subarray(0, cut), size), SealBroken);
      const whole = Math.floor(cut / frameBytes);
      if (whole === 0) return;
      const shorter = whole * framePlainBytes;
      await assert.rejects(open(sealed.subarray(0, whole * frameBytes), shorter), SealBroken);
    }),
    { numRuns: 60 },
  ));

test('frames in another order, doubled or of another object are refused', async () => {
  const size = 3 * framePlainBytes;
  const sealed = await seal(randomBytes(size));
  const frame = (index: number) => sealed.subarray(index * frameBytes, (index + 1) * frameBytes);
  const orders = [
    [1, 0, 2],
    [0, 2, 1],
    [0, 0, 2],
    [2, 1, 0],
    [0, 1, 1],
  ];
  for (const order of orders) await assert.rejects(open(Buffer.concat(order.map(frame)), size), SealBroken);
  const elsewhere = { ...key, objectId: 'file:2' };
  await assert.rejects(collect(openFrames(inPieces(sealed, 9_999), elsewhere, size)), SealBroken);
  const otherKey = { ...key, dataKey: randomBytes(32) };
  await assert.rejects(collect(openFrames(inPieces(sealed, 9_999), otherKey, size)), SealBroken);
});

test('bytes after the end are refused', async () => {
  const sealed = await seal(randomBytes(1000));
  await assert.rejects(open(Buffer.concat([sealed, randomBytes(1)]), 1000), SealBroken);
});

test('equal content is sealed differently for every object', async () => {
  const plain = Buffer.alloc(1000);
  const other = collect(sealFrames(inPieces(plain, 1000), { ...key, dataKey: randomBytes(32) }));
  assert.notDeepEqual(await seal(plain), await other);
});
