import LineBreaker from 'linebreak';
import { type Face, type FacedText, facesOf, type Weight } from './fonts.ts';

/** Text of one weight; a paragraph may have several. */
export type Span = { text: string; weight: Weight };
/** Text of one font and one direction, to be set at once. */
export type Run = FacedText & { rightToLeft: boolean };
/** What stands on one line, from left to right. */
export type Line = { runs: Run[]; rightToLeft: boolean };

/** How wide a text is in a font; in the unit in which the line's width is given. */
export type Measure = (face: Face, text: string) => number;

/** A segment that is longer is not measured at once, which costs much in scripts whose letters join. */
const measuredMax = 100;
/** A grapheme that is longer, such as a hundred emoji joined to one, is taken apart. */
const clusterMax = 40;
const graphemes = new Intl.Segmenter('pt-BR', { granularity: 'grapheme' });

/**
 * Breaks printable text into lines that are no wider than `width`: where the Unicode Line Breaking Algorithm allows it
 * (UAX 14), and within a word that alone is too wide between any two of its letters.
 */
export function breakLines(spans: Span[], width: number, measure: Measure): Line[] {
  const lines: Line[] = [];
  let line: FacedText[] = [];
  let used = 0;
  let startsRightToLeft: boolean | undefined;
  const end = () => {
    lines.push(lineOf(line, startsRightToLeft ?? false));
    [line, used] = [[], 0];
  };
  const place = (pieces: FacedText[], pieceWidth: number, inkWidth: number) => {
    if (line.length > 0 && used + inkWidth > width) end();
    line.push(...pieces);
    used += pieceWidth;
  };
  for (const { pieces, endsLine } of segments(spans)) {
    startsRightToLeft ??= directionOf(pieces);
    for (const part of fitting(pieces, width, measure)) {
      place(part, widthOf(part, measure), widthOf(withoutLastSpaces(part), measure));
    }
    if (!endsLine) continue;
    end();
    startsRightToLeft = undefined;
  }
  end();
  return lines;
}

/** What stays together on a line if it can, and whether the line ends after it. */
function* segments(spans: Span[]): Generator<{ pieces: FacedText[]; endsLine: boolean }> {
  const text = spans.map((span) => span.text).join('');
  const breaker = new LineBreaker(text);
  let from = 0;
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) {
    const endsLine = text[next.position - 1] === '\n';
    const to = next.position - (endsLine ? 1 : 0);
    yield { pieces: slices(spans, from, to).flatMap(piecesOf), endsLine };
    from = next.position;
  }
}

/** The spans between two places of their joined text. */
function slices(spans: Span[], from: number, to: number): Span[] {
  let start = 0;
  return spans.flatMap(({ text, weight }) => {
    const slice = text.slice(Math.max(0, from - start), Math.max(0, to - start));
    start += text.length;
    return slice === '' ? [] : [{ text: slice, weight }];
  });
}

/** The letters of a span, each with the font that shows it. */
const piecesOf = ({ text, weight }: Span): FacedText[] =>
  [...graphemes.segment(text)]
    .flatMap(({ segment }) => (segment.length > clusterMax ? [...segment] : [segment]))
    .flatMap((cluster) => facesOf(cluster, weight));

/** The letters in parts of which each fits into a line: one part, but for a word that is too wide. */
function fitting(pieces: FacedText[], width: number, measure: Measure): FacedText[][] {
  if (pieces.length <= measuredMax && widthOf(withoutLastSpaces(pieces), measure) <= width) return [pieces];
  const parts: FacedText[][] = [];
  let part: FacedText[] = [];
  let used = 0;
  for (const piece of pieces) {
    const pieceWidth = measure(piece.face, piece.text);
    if (part.length > 0 && used + pieceWidth > width) {
      parts.push(part);
      [part, used] = [[], 0];
    }
    part.push(piece);
    used += pieceWidth;
  }
  return [...parts, part];
}

const widthOf = (pieces: FacedText[], measure: Measure): number =>
  joined(pieces).reduce((sum, { face, text }) => sum + measure(face, text), 0);

/** Spaces at the end of a line may stand beyond its margin: they show nothing. */
function withoutLastSpaces(pieces: FacedText[]): FacedText[] {
  const last = pieces.findLastIndex(({ text }) => text !== ' ');
  return pieces.slice(0, last + 1);
}

/** Neighbours of one font, as one. */
function joined(pieces: FacedText[]): FacedText[] {
  const runs: FacedText[] = [];
  for (const { face, text } of pieces) {
    const last = runs.at(-1);
    if (last?.face === face) last.text += text;
    else runs.push({ face, text });
  }
  return runs;
}

const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Whether the first letter runs to the left; undefined without one. */
function directionOf(pieces: FacedText[]): boolean | undefined {
  const first = pieces.find(({ text }) => /\p{L}/u.test(text));
  return first && rightToLeft.test(first.text);
}

/**
 * Puts a line in the order in which it is seen. Spaces and signs between two words go with these where they run the same
 * way, else with the paragraph: what the Unicode Bidirectional Algorithm (UAX 9) gives for text without nesting.
 */
function lineOf(all: FacedText[], baseRightToLeft: boolean): Line {
  const pieces = withoutLastSpaces(all);
  const strong = pieces.map(({ text }) => (/[\p{L}\p{N}]/u.test(text) ? rightToLeft.test(text) : undefined));
  const following = [...strong];
  for (let index = strong.length - 2; index >= 0; index -= 1) following[index] ??= following[index + 1];
  const runs: Run[] = [];
  let before: boolean | undefined;
  for (const [index, piece] of pieces.entries()) {
    before = strong[index] ?? before;
    const agreed = before === following[index] ? before : baseRightToLeft;
    const direction = strong[index] ?? agreed ?? baseRightToLeft;
    const last = runs.at(-1);
    if (last?.face === piece.face && last.rightToLeft === direction) last.text += piece.text;
    else runs.push({ ...piece, rightToLeft: direction });
  }
  return { runs: baseRightToLeft ? runs.reverse() : runs, rightToLeft: baseRightToLeft };
}
