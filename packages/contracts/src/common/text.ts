import { Type } from 'typebox';

/** Text for people: trimmed length of at least one, no control characters. */
export const line = (maxLength: number, description?: string) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: '^(?!\\s*$)[^\\u0000-\\u001f\\u007f]+$',
    ...(description ? { description } : {}),
  });
/** Text for people over several lines. */
export const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });

/** Text without accents, case and spare spaces: what names of cities, specialties and insurances compare by. */
export const plainText = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim().replace(/\s+/g, ' ');
