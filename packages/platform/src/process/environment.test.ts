import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  logLevel,
  numberPair,
  oneOf,
  optional,
  port,
  readEnvironment,
  secret,
  text,
  wholeNumber,
  withDefault,
} from './environment.ts';

const read = (variable: Parameters<typeof optional>[0], given?: string) =>
  readEnvironment({ NAME: variable }, given === undefined ? {} : { NAME: given }).NAME;
const refused = (variable: Parameters<typeof optional>[0], given?: string): string => {
  try {
    return `taken: ${JSON.stringify(read(variable, given))}`;
  } catch (error) {
    return String(error);
  }
};

test('a variable is read as what it is, and a missing or empty one has its default', () => {
  assert.equal(read(port, '8080'), 8080);
  assert.equal(read(port, '0'), 0);
  assert.equal(read(oneOf('on', 'off'), 'off'), 'off');
  assert.deepEqual(read(numberPair(1, 3), '20,40'), [20, 40]);
  for (const missing of [undefined, '']) {
    assert.deepEqual(read(numberPair(1, 3), missing), [1, 3]);
    assert.equal(read(optional(port), missing), undefined);
    assert.equal(read(withDefault(text('anything'), 'x'), missing), 'x');
    assert.equal(refused(text('anything'), missing), 'WrongSetting: NAME is missing: it accepts anything.');
  }
});

test('a wrong one is named, with what was given and what it accepts', () => {
  const accepts = 'it accepts a whole number from 0 to 65535.';
  for (const given of ['65536', '-1', '80.5', '8e1', '0x50', ' 80', '٨٠', 'http', '99999999999'])
    assert.equal(refused(port, given), `WrongSetting: NAME is ${JSON.stringify(given)}: ${accepts}`);
  for (const given of ['1', '0,1', '1,2,3', '1, 2', '100000,1', 'a,b'])
    assert.match(
      refused(numberPair(1, 3), given),
      /NAME is .*: it accepts two whole numbers from 1 to 99999/,
    );
  assert.match(refused(oneOf('on', 'off'), 'ON'), /NAME is "ON": it accepts on or off\.$/);
  assert.match(refused(logLevel, 'verbose'), /it accepts trace or debug or info/);
  assert.match(refused(wholeNumber(1, 9), '0'), /from 1 to 9/);
});

test('what is secret is not shown', () => {
  assert.equal(
    refused(secret(16), 'geheim'),
    'WrongSetting: NAME is not valid: it accepts at least 16 characters.',
  );
});
