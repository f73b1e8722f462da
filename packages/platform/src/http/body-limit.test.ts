import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { bodyBytesMax } from './body-limit.ts';

const closed = { additionalProperties: false };
const schema = Type.Object(
  {
    title: Type.String({ maxLength: 200 }),
    kind: Type.Enum(['date', 'weekly']),
    count: Type.Optional(Type.Integer()),
    reason: Type.Union([Type.String({ maxLength: 50 }), Type.Null()]),
    items: Type.Array(Type.Object({ name: Type.String({ maxLength: 30 }) }, closed), { maxItems: 20 }),
  },
  closed,
);
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength: Math.floor(maxLength / 8) });
const full = (maxLength: number) => fc.constantFrom('é', '漢', '🩺').map((each) => each.repeat(maxLength));
const value = fc.record({
  title: fc.oneof(text(200), full(200)),
  kind: fc.constantFrom('date', 'weekly'),
  count: fc.double({ noNaN: true }),
  reason: fc.oneof(fc.constant(null), full(50)),
  items: fc.array(fc.record({ name: full(30) }), { maxLength: 20 }),
});

test('whatever fits the schema fits the limit, also when it is laid out to be read', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 2, 4), (body, indent) => {
      assert.ok(Buffer.byteLength(JSON.stringify(body, null, indent)) <= bodyBytesMax(schema));
    }),
  );
});

test('so does text that is written in escapes', () => {
  const escaped = JSON.stringify({ title: 'é'.repeat(200), kind: 'date', reason: null, items: [] });
  assert.ok(escaped.replaceAll('é', '\\u00e9').length <= bodyBytesMax(schema));
});

test('a small schema has a small limit, and one without bounds has none to give', () => {
  assert.equal(bodyBytesMax(undefined), 1024);
  assert.ok(bodyBytesMax(Type.Object({ reason: Type.String({ maxLength: 500 }) }, closed)) < 4096);
  assert.throws(() => bodyBytesMax(Type.String()), /text of any length/);
  assert.throws(() => bodyBytesMax(Type.Array(Type.Integer())), /any number of items/);
  assert.throws(() => bodyBytesMax(Type.Object({ a: Type.Integer() })), /fields that nobody named/);
});
