import { Type } from 'typebox';
import type { Notes } from './notes.ts';

/** Text for people: trimmed length of at least one, no control characters. */
export const line = (maxLength: number, notes: Notes<string>) =>
  Type.String({ minLength: 1, maxLength, pattern: '^(?!\\s*$)[^\\u0000-\\u001f\\u007f]+$', ...notes });
/** Text for people over several lines. */
export const text = (maxLength: number, notes: Notes<string>) =>
  Type.String({ minLength: 1, maxLength, pattern: '\\S', ...notes });

/** Text without accents, case and spare spaces: what names of cities, specialties and insurances compare by. */
export const plainText = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim().replace(/\s+/g, ' ');
