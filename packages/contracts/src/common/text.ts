import { Type } from 'typebox';
import type { Notes } from './notes.ts';

/*
 * The patterns are what schemas show, in short and so that every tool reads it. The check itself is `textFault`, which
 * knows of more and says what is wrong.
 */
const linePattern = '^(?!\\s*$)[^\\u0000-\\u001f\\u007f]+$';
const textPattern = '\\S';

/** Text for people, such as a name: something to see, and no control, invisible or direction characters. */
export const line = (maxLength: number, notes: Notes<string>) =>
  Type.String({ minLength: 1, maxLength, pattern: linePattern, ...notes });
/** Text for people over several lines, with something to see. */
export const text = (maxLength: number, notes: Notes<string>) =>
  Type.String({ minLength: 1, maxLength, pattern: textPattern, ...notes });

const controls = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
/** They turn what is read around: `U+202E` makes "gpj.exe" of "exe.jpg". */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Formatting, but for what joins characters, also in emoji; and letters of Hangul, Khmer and Braille drawn as nothing. */
const invisible = /(?![\u200c\u200d])(\p{Cf}|\u034f|\u17b4|\u17b5|[\u115f\u1160\u2800\u3164\uffa0])/u;
const visible = /[^\s\p{Cc}\p{Cf}\p{Cs}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;

/** What is wrong with a text, with the character (`U+202E`) that its words name if they name one. */
export type TextFault =
  | { code: 'control_character' | 'direction_character' | 'invisible_character'; value: string }
  | { code: 'nothing_visible' | 'format' };

/** What is wrong with a line of text; undefined for nothing. */
export function lineFault(text: string): TextFault | undefined {
  for (const [code, form] of unwanted) {
    const found = form.exec(text);
    if (found) return { code, value: codePointOf(found[0]) };
  }
  return blankFault(text);
}

const unwanted = [
  ['control_character', controls],
  ['direction_character', directions],
  ['invisible_character', invisible],
] as const;

const blankFault = (text: string): TextFault | undefined =>
  visible.test(text) ? undefined : { code: 'nothing_visible' };

const codePointOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * What is wrong with a text by the pattern that its schema gives; undefined for nothing.
 *
 * @param form the pattern as an expression, for all that is not text for people
 */
export function textFault(pattern: string, form: RegExp): (text: string) => TextFault | undefined {
  if (pattern === linePattern) return lineFault;
  if (pattern === textPattern) return blankFault;
  return (text) => (form.test(text) ? undefined : { code: 'format' });
}

/**
 * What names of people, cities, specialties and insurances compare by: without accents, case, apostrophes of any kind,
 * full stops and spare spaces, with spaces for dashes; a d alone belongs to the next word (`d'Oeste`, `d Oeste`,
 * `doeste`). `search_key` in UserDB does the same.
 */
export const plainText = (text: string): string =>
  text
    .replace(/[.'`´ʹʼ‘’‛′]/g, '')
    .replace(/[-‐‑‒–—―−]/g, ' ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/(?<![\p{L}\p{N}_])d (?=[\p{L}\p{N}_])/gu, 'd');
