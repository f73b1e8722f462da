/** What a renderer may take for one word without choosing it letter by letter. */
const wordMax = 48;
/** Where a line may be broken that has no better place; the fonts give it no width. */
const zeroWidthSpace = '\u200b';

/**
 * A text as a page can show it, at a cost that grows with its length only. Line breaks stay; other control
 * characters would show as boxes.
 *
 * The renderer tries a word too long for its line letter by letter, each time measuring all of it: long stretches
 * without a place to break the line get some. It places each mark above a letter against all others: of a heap of
 * marks some are kept (Unicode's stream-safe text has 30 at most, living scripts need 3). Rows of spaces end after
 * half a line.
 */
export const printable = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', '    ')
    .replace(/[^\P{C}\n]/gu, '')
    .replace(/ {49,}/g, ' '.repeat(wordMax))
    .replace(/(\p{M}{8})\p{M}+/gu, '$1')
    .split(placeToBreak)
    .map((stretch) => (stretch.length > wordMax ? breakable(stretch) : stretch))
    .join('');

/** Line breaks, and spaces between two words: there every renderer breaks lines (UAX 14, LB4 and LB18). */
const placeToBreak = /(\n|(?<=[\p{L}\p{N}.,]) (?=[\p{L}\p{N}]))/u;

const breakable = (stretch: string): string =>
  (stretch.match(/.{1,16}\p{M}{0,8}/gsu) ?? []).join(zeroWidthSpace);
