/** Spaces that stay in a row: half a line. */
const spacesMax = 48;

/**
 * A text as a page can show it, composed (NFC), at a cost that grows with its length only. Whatever Unicode calls a
 * mandatory break is one (UAX 14: VT, FF, NEL, U+2028 and U+2029 too); other control characters would show as boxes, and
 * those that turn the direction of text could make it read otherwise than it was written.
 *
 * Fonts place each mark above a letter against all others: of a heap of marks some are kept (Unicode's stream-safe text
 * has 30 at most, living scripts need 3).
 */
export const printable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
    .replace(/[^\P{C}\n\u200c\u200d]/gu, '')
    .replace(/ {49,}/g, ' '.repeat(spacesMax))
    .replace(/([\p{M}\u200c\u200d]{8})[\p{M}\u200c\u200d]+/gu, '$1');
