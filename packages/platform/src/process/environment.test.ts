import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  logLevel,
  numberPair,
  oneOf,
  optional,
  orInFile,
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

test('a secret may stand in a file, in one place only, and is not shown either', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'consulta-secret-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'password');
  writeFileSync(file, 'a long enough secret\n');
  const variables = { NAME: orInFile(secret(16)) };
  assert.equal(readEnvironment(variables, { NAME_FILE: file }).NAME, 'a long enough secret');
  assert.equal(readEnvironment({ NAME: optional(orInFile(secret(16))) }, {}).NAME, undefined);
  assert.throws(
    () => readEnvironment(variables, { NAME: 'another long secret', NAME_FILE: file }),
    /NAME and NAME_FILE are both set/,
  );
  assert.throws(
    () => readEnvironment(variables, { NAME_FILE: join(folder, 'none') }),
    /NAME_FILE \(ENOENT\)/,
  );
  assert.throws(() => readEnvironment({ NAME: secret(16) }, { NAME_FILE: file }), /NAME is missing/);
  writeFileSync(file, 'short');
  assert.throws(
    () => readEnvironment(variables, { NAME_FILE: file }),
    /NAME is not valid: it accepts at least/,
  );
});
