import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { facesOf } from './fonts.ts';
import type { ReportContent } from './report-content.ts';
import { type PrintedVersion, renderReport } from './report-pdf.ts';

const version: PrintedVersion = {
  id: '0193b7a4-5c00-7000-8000-000000000000',
  version: 1,
  version_created_at: new Date('2031-03-10T12:00:00Z'),
  time_zone: 'America/Sao_Paulo',
};
const address = {
  street: 'Rua das Laranjeiras',
  number: '120',
  neighborhood: 'Centro',
  city: 'São Paulo',
  state: 'SP' as const,
  postalCode: '01310100',
};

const contentWith = (body: string, title = 'Laudo'): ReportContent => ({
  title,
  body,
  cid10: ['I10'],
  reason: null,
  identities: {
    doctor: { fullName: 'Carlos Lima', crm: { number: '123456', state: 'SP' }, rqes: [], address },
    patient: { fullName: 'Ana Souza', socialName: null, cpf: '52998224725' },
  },
});

type Shown = { text: string; left: number; right: number; page: number; y: number };

/** What a reader of the PDF finds where, in points from the left and from below. */
async function read(content: ReportContent): Promise<{ shown: Shown[]; width: number }> {
  const data = new Uint8Array(await renderReport(version, content));
  const loading = getDocument({ data, useSystemFonts: false, verbosity: 0 });
  const document = await loading.promise;
  const shown: Shown[] = [];
  let width = 0;
  for (let page = 1; page <= document.numPages; page += 1) {
    const each = await document.getPage(page);
    width = each.getViewport({ scale: 1 }).width;
    for (const item of (await each.getTextContent({ disableNormalization: true })).items) {
      if (!('str' in item) || item.str.trim() === '') continue;
      const [left, y] = [Number(item.transform[4]), Number(item.transform[5])];
      shown.push({ text: item.str, left, right: left + item.width, page, y });
    }
  }
  await loading.destroy();
  return { shown, width };
}

const margin = 56;
const textOf = async (body: string) => (await read(contentWith(body))).shown.map(({ text }) => text).join('');

test('every character that breaks lines does, and joins no words', async () => {
  const breaks = ['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'];
  const words = breaks.map((_, index) => `palavra${index}`);
  const { shown } = await read(contentWith(words.map((word, index) => word + breaks[index]).join('')));
  const found = words.map((word) => shown.find(({ text }) => text === word));
  assert.ok(found.every((each) => each?.left === margin));
  assert.equal(new Set(found.map((each) => each?.y)).size, words.length);
});

/** A few words of each script; the ones that run to the left are extracted in the order they are read. */
const samples = {
  Latin: 'Ação, coração; Łódź, Việt Nam, ŵ ǯ',
  Greek: 'Καλημέρα κόσμε',
  Cyrillic: 'Съешь ещё этих булок',
  Armenian: 'Բարեւ Ձեզ',
  Georgian: 'გამარჯობა',
  Hebrew: 'שלום עולם',
  Arabic: 'مرحبا بالعالم',
  Devanagari: 'नमस्ते दुनिया',
  Bengali: 'ওহে বিশ্ব',
  Tamil: 'வணக்கம் உலகம்',
  Thai: 'สวัสดีชาวโลก',
  Lao: 'ສະບາຍດີ',
  Tibetan: 'བཀྲ་ཤིས',
  Burmese: 'မင်္ဂလာပါ',
  Khmer: 'សួស្តី',
  Ethiopic: 'ሰላም ለዓለም',
  Cherokee: 'ᎣᏏᏲ',
  Mongolian: 'ᠮᠣᠩᠭᠣᠯ',
  Japanese: 'こんにちは世界、カルテ',
  Chinese: '你好，世界。體溫三十八度',
  Korean: '안녕하세요 세계',
  emoji: '😀 ❤️ 🩺 👩‍⚕️ 🇧🇷 👍',
  signs: '≥ 38 °C ± 0,5 µg → ½ ☐ ☑ ♀ ♂',
};

for (const [script, sample] of Object.entries(samples)) {
  test(`${script} shows, and can be copied out again`, async () => {
    const bare = (text: string) => text.replaceAll('\ufe0f', '').replace(/\s/g, '');
    assert.ok(bare(await textOf(`(${sample})`)).includes(bare(sample)));
    for (const char of sample) assert.doesNotMatch(facesOf(char, 'regular')[0]?.text ?? '', /^\[U\+/);
  });
}

test('a character that no font has is named by its number', async () => {
  assert.ok((await textOf('nome \u{20BB7} fim')).includes('nome [U+20BB7] fim'));
});

test('text comes out composed, however it was typed', async () => {
  const typed = 'Coração à mão: pé, ünïçôde'.normalize('NFD');
  assert.ok((await textOf(typed)).includes(typed.normalize('NFC')));
});

test('words of two directions stand in the order they are read', async () => {
  const { shown } = await read(contentWith('antes שלום עולם depois'));
  const lefts = ['antes', 'שלום', 'depois'].map(
    (word) => shown.find(({ text }) => text.includes(word))?.left,
  );
  assert.ok(lefts.every((left) => left !== undefined));
  assert.deepEqual(
    lefts,
    lefts.toSorted((a, b) => (a ?? 0) - (b ?? 0)),
  );
  const arabic = (await read(contentWith('مرحبا بالعالم'))).shown.find(({ text }) => text.includes('مرحبا'));
  assert.ok((arabic?.right ?? 0) > 500, 'a paragraph that runs to the left begins on the right');
});

const wide = [
  'W'.repeat(48),
  'W'.repeat(3_000),
  'm'.repeat(70),
  'ﷺ'.repeat(60),
  '漢'.repeat(200),
  '👩‍⚕️'.repeat(90),
];
const assertInside = async (content: ReportContent) => {
  const { shown, width } = await read(content);
  for (const { text, left, right } of shown) {
    assert.ok(left >= margin - 0.5 && right <= width - margin + 0.5, `${text}: ${left} to ${right}`);
  }
};

test('no word passes the margin', async () => {
  for (const word of wide) {
    await assertInside(contentWith(`a ${word} b`));
    await assertInside(contentWith('a', `Laudo ${word.slice(0, 200)}`));
  }
});

test('no text of any characters passes the margin or loses a letter', async () => {
  const piece = fc.constantFrom(
    'W',
    'i',
    'fi',
    'ção',
    '漢',
    'م',
    'ש',
    '😀',
    ' ',
    '  ',
    '-',
    '\u00a0',
    '\n',
    'नि',
    '/',
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 300 }).map((pieces) => `x${pieces.join('')}x`);
  await fc.assert(
    fc.asyncProperty(text, async (body) => {
      await assertInside(contentWith(body));
      const count = (all: string, letter: string) => all.split(letter).length - 1;
      const shown = (await textOf(body)).normalize('NFC');
      for (const letter of ['W', '漢', '😀']) assert.ok(count(shown, letter) >= count(body, letter), letter);
    }),
    { numRuns: 25 },
  );
});
