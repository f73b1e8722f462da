import assert from 'node:assert/strict';
import { test } from 'node:test';
import { details } from './details.ts';
import { errorTable } from './errors.ts';
import { faultTable } from './faults.ts';
import type { Words } from './words.ts';

/** A figure or a name that every detail with one accepts. */
const sample = (detail: Words | ((...values: never[]) => Words)): Words => {
  if (typeof detail !== 'function') return detail;
  return Reflect.apply(detail, undefined, [Object.assign(new String('7'), { pt: '7', en: '7' })]);
};

const all: [string, Words][] = [
  ...Object.entries(errorTable),
  ...Object.entries(faultTable),
  ...Object.entries(details).map(([name, detail]): [string, Words] => [name, sample(detail)]),
];

test('everything is said in both languages, and not the same', () => {
  for (const [name, { pt, en }] of all) {
    assert.match(pt, /^\p{Lu}.*[^.]$/u, name);
    assert.match(en, /^\p{Lu}.*[^.]$/u, name);
    assert.notEqual(pt, en, name);
  }
});

test('a limit that is named is named in both languages', () => {
  for (const [name, { pt, en }] of all) {
    for (const named of ['{value}', '7']) assert.equal(pt.includes(named), en.includes(named), name);
  }
});
