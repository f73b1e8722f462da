import assert from 'node:assert/strict';
import { test } from 'node:test';
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
