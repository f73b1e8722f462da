import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import addFormats from 'ajv-formats';
import { parseSync, Visitor } from 'oxc-parser';
import { check } from 'recheck';
import { startSystem } from './support/system.ts';

/*
 * Whoever may choose the text that a regular expression runs on must not choose how long it takes: each is checked by
 * analysis, and by search for an attack, for being linear (https://makenowjust-labs.github.io/recheck/).
 */
process.env.RECHECK_BACKEND = 'pure';
const system = await startSystem();
after(() => system.stop());

async function assertLinear(source: string, flags: string, place: string): Promise<void> {
  const verdict = await check(source, flags, { timeout: 60_000 });
  assert.ok(verdict.status === 'safe', `/${source}/${flags} (${place}): ${verdict.status}`);
}

test('every pattern and format that requests are held to is linear', async () => {
  const patterns = new Set<string>();
  const formats = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, each] of Object.entries(value)) {
      if (name === 'pattern' && typeof each === 'string') patterns.add(each);
      else if (name === 'format' && typeof each === 'string') formats.add(each);
      else collect(each);
    }
  };
  for (const { schema } of system.standalone.routes) {
    const { body, params, querystring, headers } = schema ?? {};
    collect([body, params, querystring, headers]);
  }
  assert.ok(patterns.size > 5 && formats.has('idn-email'));
  for (const pattern of patterns) await assertLinear(pattern, 'u', 'a schema');
  for (const name of formats) {
    // Dates, instants and e-mails are checked by functions; a form of bytes is not checked by its schema.
    if (['date', 'date-time', 'idn-email', 'binary'].includes(name)) continue;
    const format = addFormats.default.get(name as Parameters<typeof addFormats.default.get>[0]);
    assert.ok(format instanceof RegExp, `${name} is checked by something else`);
    await assertLinear(format.source, format.flags, `format ${name}`);
  }
});

test('every regular expression in the code is linear', async () => {
  const files = globSync('{packages,services,apps}/*/src/**/*.ts', {
    cwd: new URL('../', import.meta.url),
    exclude: ['**/*.test.ts', '**/testing/**'],
  });
  assert.ok(files.length > 100);
  const found: { source: string; flags: string; file: string }[] = [];
  for (const file of files) {
    const text = await readFile(new URL(`../${file}`, import.meta.url), 'utf8');
    const { program, errors } = parseSync(file, text);
    assert.deepEqual(errors, []);
    new Visitor({
      Literal: (literal) => {
        if (!('regex' in literal)) return;
        found.push({ source: literal.regex.pattern, flags: literal.regex.flags, file });
      },
    }).visit(program);
  }
  assert.ok(found.length > 50);
  const failures: string[] = [];
  for (const { source, flags, file } of found) {
    await assertLinear(source, flags, file).catch((error: Error) => failures.push(error.message));
  }
  assert.deepEqual(failures, []);
});
