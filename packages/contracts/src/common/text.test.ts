import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineFault, plainText } from './text.ts';

test('a line is refused for what cannot be seen in it, with a code that says why', () => {
  const refused: Record<string, string[]> = {
    'Ana\u0007': ['control_character', 'U+0007'],
    'Ana\u2028Souza': ['control_character', 'U+2028'],
    'Ana \u202eazuoS': ['direction_character', 'U+202E'],
    '\u2067Ana\u2069': ['direction_character', 'U+2067'],
    'Ana\u200f': ['direction_character', 'U+200F'],
    'An\u200ba': ['invisible_character', 'U+200B'],
    '\ufeffAna': ['invisible_character', 'U+FEFF'],
    'A\u00adna': ['invisible_character', 'U+00AD'],
    '\u3164': ['invisible_character', 'U+3164'],
    '\u2800\u2800': ['invisible_character', 'U+2800'],
    'Ana\u{e0041}': ['invisible_character', 'U+E0041'],
    '\u200d\u200c': ['nothing_visible'],
    ' \u00a0\u3000 ': ['nothing_visible'],
    '\u0301\ufe0f': ['nothing_visible'],
  };
  for (const [text, fault] of Object.entries(refused)) {
    assert.deepEqual(Object.values(lineFault(text) ?? {}), fault, escape(text));
  }
});

test('names of all scripts, and emoji, are lines', () => {
  const names = [
    'Zoë',
    'João d’Ávila',
    'Joa\u0303o',
    '李小龍',
    'محمد علی',
    'می\u200cخواهم',
    'क्\u200dष',
    '👩🏽\u200d⚕️ Ana',
    '1',
    '%',
  ];
  for (const name of names) assert.equal(lineFault(name), undefined, name);
});

test('texts compare without accents, case, hyphens, apostrophes and full stops', () => {
  const same = {
    'santa barbara doeste': ["Santa Bárbara d'Oeste", 'SANTA BARBARA D´OESTE', 'Santa  Barbara d Oeste'],
    'mogi mirim': ['Mogi-Mirim', 'Mogi Mirim', ' mogi–mirim '],
    'amil sa': ['Amil S.A.'],
  };
  for (const [plain, typed] of Object.entries(same)) {
    for (const each of typed) assert.equal(plainText(each), plain, each);
  }
});
