import { Type } from 'typebox';
import type { Notes } from './notes.ts';

/** Text for people: trimmed length of at least one, no control characters. */
export const line = (maxLength: number, notes: Notes<string>) =>
  Type.String({ minLength: 1, maxLength, pattern: '^(?!\\s*$)[^\\u0000-\\u001f\\u007f]+$', ...notes });
/** Text for people over several lines. */
export const text = (maxLength: number, notes: Notes<string>) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', ...notes });

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
