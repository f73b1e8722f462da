import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TSchema, Type } from 'typebox';
import { SchemaFault, schemaValidators } from './validators.ts';

const closed = { additionalProperties: false };
const circle = Type.Object({ kind: Type.Literal('circle'), radius: Type.Number() }, closed);
const square = Type.Object({ kind: Type.Literal('square'), side: Type.Number() }, closed);
const shape = Type.Union([circle, square]);

function faultsOf(schema: TSchema, value: unknown): [pointer: string, message: string][] {
  const validate = schemaValidators()({ schema, method: 'POST', url: '/', httpPart: 'body' });
  const { error } = validate(value) as { error?: unknown };
  if (error === undefined) return [];
  assert.ok(error instanceof SchemaFault);
  return error.faults.map(({ pointer, message }) => [pointer, message]);
}

test('of several shapes only the one meant is measured', () => {
  assert.deepEqual(faultsOf(shape, { kind: 'circle', radius: 1 }), []);
  assert.deepEqual(faultsOf(shape, { kind: 'circle', side: 1 }), [
    ['/radius', 'is required'],
    ['/side', 'is not a known field'],
  ]);
  assert.deepEqual(faultsOf(Type.Object({ at: shape }), { at: { kind: 'square', side: 'x' } }), [
    ['/at/side', 'must be number'],
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
    assert.deepEqual(faultsOf(text, 'b'.repeat(21)), [['', 'must NOT have more than 10 characters']]);
    assert.equal(tried, 0);
    assert.deepEqual(faultsOf(text, 'b'), [['', 'does not have the form that is asked for']]);
    assert.equal(tried, 1);
  } finally {
    RegExp.prototype.test = test;
  }
});

test('the same twice is refused, and lists that are too long are not compared', () => {
  const words = Type.Array(Type.Enum(['a', 'b', 'c']), { maxItems: 3, uniqueItems: true });
  assert.deepEqual(faultsOf(words, ['a', 'b']), []);
  assert.deepEqual(faultsOf(words, ['a', 'a']), [['', 'must not hold the same twice']]);
  assert.deepEqual(faultsOf(words, ['a', 'a', 'a', 'a']), [['', 'must NOT have more than 3 items']]);
});
