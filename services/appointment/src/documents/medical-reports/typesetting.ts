import type PDFDocument from 'pdfkit';
import { faces, fontFile } from './fonts.ts';
import { breakLines, type Line, type Measure, type Span } from './line-breaking.ts';
import { printable } from './printable.ts';

export type Doc = InstanceType<typeof PDFDocument>;

type Setting = {
  /** In points, as every length here. */
  size: number;
  align?: 'left' | 'center';
  /** Between lines, beside what the font asks for. */
  lineGap?: number;
  color?: string;
};

/** Of DejaVu Sans, in parts of the size; other fonts stand on its lines. */
const [ascent, lineHeight] = [0.928, 1.164];

/** Makes the fonts known to a document, which embeds of each what it used. */
export function registerFonts(doc: Doc): void {
  for (const face of faces) doc.registerFont(face, fontFile(face));
}

/**
 * Writes text of people at the document's place between its margins and moves on below it, over as many pages as it
 * takes. Every character shows, in the first font that has it, and no line is wider than the page between its margins.
 */
export function writeText(doc: Doc, spans: string | Span[], setting: Setting): void {
  const all: Span[] = typeof spans === 'string' ? [{ text: spans, weight: 'regular' }] : spans;
  const { left, right } = doc.page.margins;
  const width = doc.page.width - left - right;
  const measure = measureIn(doc, setting.size);
  const shown = all.map(({ text, weight }) => ({ text: printable(text), weight }));
  const height = setting.size * lineHeight + (setting.lineGap ?? 0);
  doc.fillColor(setting.color ?? 'black');
  let { y } = doc;
  for (const line of breakLines(shown, width, measure)) {
    if (y + height > doc.page.height - doc.page.margins.bottom) {
      doc.addPage();
      y = doc.page.margins.top;
      doc.fillColor(setting.color ?? 'black');
    }
    setLine(doc, line, { x: left, y: y + setting.size * ascent, width }, setting, measure);
    y += height;
  }
  doc.x = left;
  doc.y = y;
}

/** Widths are asked for again and again: of letters, words, and lines of them. */
function measureIn(doc: Doc, size: number): Measure {
  const known = new Map<string, number>();
  return (face, text) => {
    const key = `${face} ${text}`;
    const width = known.get(key) ?? doc.font(face).fontSize(size).widthOfString(text, { features: [] });
    if (text.length <= 16) known.set(key, width);
    return width;
  };
}

function setLine(
  doc: Doc,
  { runs, rightToLeft }: Line,
  place: { x: number; y: number; width: number },
  { size, align }: Setting,
  measure: Measure,
): void {
  const widths = runs.map(({ face, text }) => measure(face, text));
  const free = place.width - widths.reduce((sum, each) => sum + each, 0);
  let x = place.x + (align === 'center' ? free / 2 : rightToLeft ? free : 0);
  for (const [index, { face, text }] of runs.entries()) {
    // With features given, the text is shaped as a whole: words of scripts that run to the left keep their order.
    doc
      .font(face)
      .fontSize(size)
      .text(text, x, place.y, { lineBreak: false, baseline: 'alphabetic', features: [] });
    x += widths[index] ?? 0;
  }
}
