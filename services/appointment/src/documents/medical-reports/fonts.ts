import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import { unpackWoff } from './woff.ts';

const require = createRequire(import.meta.url);

/** Letters of Europe and the Near East in two weights; emoji; and something for every other character there is. */
const files = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  emoji: require.resolve('@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf'),
  rest: require.resolve('@fontsource/unifont/files/unifont-latin-400-normal.woff'),
};

export type Weight = 'regular' | 'bold';
export type Face = keyof typeof files;
export const faces = Object.keys(files) as Face[];

const contents = new Map<Face, Buffer>();
const opened = new Map<Face, Font>();

/** A font's file, read when it is first needed. */
export function fontFile(face: Face): Buffer {
  const content = contents.get(face) ?? contentOf(files[face]);
  contents.set(face, content);
  return content;
}

function contentOf(file: string): Buffer {
  const content = readFileSync(file);
  return file.endsWith('.woff') ? unpackWoff(content) : content;
}

function covers(face: Face, codePoint: number): boolean {
  let font = opened.get(face);
  if (!font) {
    const made = create(fontFile(face));
    if (!('hasGlyphForCodePoint' in made)) throw new Error(`${files[face]} is a collection of fonts`);
    opened.set(face, made);
    font = made;
  }
  return font.hasGlyphForCodePoint(codePoint);
}

/** What says how its neighbours look and has no looks of its own: joiners and variation selectors. */
const isSilent = (char: string) => /[\u200c\u200d]|\p{Variation_Selector}/u.test(char);
const isPicture = (cluster: string) => /\p{Emoji_Presentation}|\ufe0f/u.test(cluster);

/** A piece of text that one font shows. */
export type FacedText = { text: string; face: Face };

/**
 * How a letter with its marks, or an emoji of several characters, is shown: by the first font that has all of it, else
 * character by character. What no font has is named by its number, so that nothing is lost.
 */
export function facesOf(cluster: string, weight: Weight): FacedText[] {
  const chain: Face[] = isPicture(cluster) ? ['emoji', weight, 'rest'] : [weight, 'emoji', 'rest'];
  const chars = [...cluster];
  const loud = chars.filter((char) => !isSilent(char));
  const face = chain.find((each) => loud.every((char) => covers(each, char.codePointAt(0) ?? 0)));
  if (face) return [{ text: cluster, face }];
  if (loud.length > 1) return loud.flatMap((char) => facesOf(char, weight));
  const number = loud[0]?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  return [{ text: `[U+${number}]`, face: weight }];
}
