import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Id, Instant, nullable } from '@consulta/contracts';
import { type TSchema, Type } from 'typebox';
import { SchemaFault, schemaValidators } from './validators.ts';

const closed = { additionalProperties: false };
const circle = Type.Object({ kind: Type.Literal('circle'), radius: Type.Number() }, closed);
const square = Type.Object({ kind: Type.Literal('square'), side: Type.Number() }, closed);
const shape = Type.Union([circle, square]);

function faultsOf(
  schema: TSchema,
  value: unknown,
): [pointer: string, code: string, value?: string | number][] {
  const validate = schemaValidators()({ schema, method: 'POST', url: '/', httpPart: 'body' });
  const { error } = validate(value) as { error?: unknown };
  if (error === undefined) return [];
  assert.ok(error instanceof SchemaFault);
  return error.faults.map(({ pointer, code, value }) =>
    value === undefined ? [pointer, code] : [pointer, code, value],
  );
}

test('of several shapes only the one meant is measured', () => {
  assert.deepEqual(faultsOf(shape, { kind: 'circle', radius: 1 }), []);
  assert.deepEqual(faultsOf(shape, { kind: 'circle', side: 1 }), [
    ['/radius', 'required'],
    ['/side', 'unknown_field'],
  ]);
  assert.deepEqual(faultsOf(Type.Object({ at: shape }), { at: { kind: 'square', side: 'x' } }), [
    ['/at/side', 'type', 'number'],
  ]);
});

test('a value of no known shape is told where shapes are told apart', () => {
  const pointers = faultsOf(shape, { kind: 'line' }).map(([pointer]) => pointer);
  assert.deepEqual(new Set(pointers), new Set(['/kind']));
});

test('of several faults at one place the first is told', () => {
  const faults = faultsOf(Type.Object({ n: Type.Union([Type.Integer(), Type.Null()]) }), { n: 'x' });
  assert.deepEqual(
    faults.map(([pointer]) => pointer),
    ['/n'],
  );
});

test('what is longer than it may be is only measured', () => {
  let tried = 0;
  const text = Type.String({ maxLength: 10, pattern: '^a+$' });
  const test = RegExp.prototype.test;
  RegExp.prototype.test = function (value) {
    if (this.source === '^a+$') tried += 1;
    return test.call(this, value);
  };
  try {
    assert.deepEqual(faultsOf(text, 'b'.repeat(21)), [['', 'too_long', '10']]);
    assert.equal(tried, 0);
    assert.deepEqual(faultsOf(text, 'b'), [['', 'format']]);
    assert.equal(tried, 1);
  } finally {
    RegExp.prototype.test = test;
  }
});

test('the same twice is refused, and lists that are too long are not compared', () => {
  const words = Type.Array(Type.Enum(['a', 'b', 'c']), { maxItems: 3, uniqueItems: true });
  assert.deepEqual(faultsOf(words, ['a', 'b']), []);
  assert.deepEqual(faultsOf(words, ['a', 'a']), [['', 'repeated']]);
  assert.deepEqual(faultsOf(words, ['a', 'a', 'a', 'a']), [['', 'too_many', '3']]);
});

/** What a part of a request is read as, or the pointers to what is refused of it. */
function read(schema: TSchema, httpPart: string, given: unknown): unknown {
  const validate = schemaValidators()({ schema, method: 'GET', url: '/', httpPart });
  const { error, value } = validate(given) as { error?: unknown; value?: unknown };
  if (error === undefined) return value;
  assert.ok(error instanceof SchemaFault);
  return error.faults.map(({ pointer }) => pointer);
}

test('numbers in a query are plain decimal digits', () => {
  const query = Type.Object({
    limit: Type.Optional(Type.Integer()),
    rating: Type.Optional(nullable(Type.Number())),
    near: Type.Optional(Type.Boolean()),
  });
  const plain = { limit: '20', rating: '4.5', near: 'true' };
  assert.deepEqual(read(query, 'querystring', plain), { limit: 20, rating: 4.5, near: true });
  for (const text of [
    '1e1',
    '0x10',
    '+1',
    ' 1',
    '1 ',
    '1.0',
    '1_0',
    '',
    '١',
    '0b1',
    'Infinity',
    'NaN',
    '1,5',
  ]) {
    assert.deepEqual(read(query, 'querystring', { limit: text }), ['/limit'], text);
  }
  for (const text of ['1e1', '.5', '5.', '+1', '0x1', 'NaN', '1,5', '']) {
    assert.deepEqual(read(query, 'querystring', { rating: text }), ['/rating'], text);
  }
  for (const text of ['1', 'TRUE', ''])
    assert.deepEqual(read(query, 'querystring', { near: text }), ['/near']);
  assert.deepEqual(read(query, 'body', { limit: '20' }), ['/limit']);
});

test('ids in capitals go on in lower case, wherever they stand', () => {
  const id = '0193b7a4-5c00-7abc-8def-0000000000ff';
  const schema = Type.Object({
    id: Id,
    maybe: Type.Optional(nullable(Id)),
    list: Type.Optional(Type.Array(Type.Object({ id: Id }))),
    text: Type.Optional(Type.String()),
  });
  const capitals = id.toUpperCase();
  for (const part of ['body', 'params', 'querystring']) {
    const given = { id: capitals, maybe: capitals, list: [{ id: capitals }], text: capitals };
    assert.deepEqual(read(schema, part, given), { id, maybe: id, list: [{ id }], text: capitals });
  }
  assert.deepEqual(read(schema, 'params', { id: `${id}0` }), ['/id']);
});

test('a span that ends before it begins is refused, to the nanosecond and in any offset', () => {
  const query = Type.Object({ from: Type.Optional(Instant), to: Type.Optional(Instant) });
  const span = (from: string, to: string) => read(query, 'querystring', { from, to });
  const backwards = [
    ['2031-03-10T12:00:00Z', '2031-03-10T11:59:59Z'],
    ['2031-03-10T12:00:00.000000001Z', '2031-03-10T12:00:00Z'],
    ['2031-03-10T12:00:00Z', '2031-03-10t12:00:00+03:00'],
  ] as const;
  for (const [from, to] of backwards) assert.deepEqual(span(from, to), ['/to']);
  const forwards = { from: '2031-03-10T12:00:00+03:00', to: '2031-03-10T12:00:00Z' };
  assert.deepEqual(span(forwards.from, forwards.to), forwards);
  assert.deepEqual(span(forwards.to, forwards.to), { from: forwards.to, to: forwards.to });
});
