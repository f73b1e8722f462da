import { circles } from './circles.ts';
import { exportsWithoutDocstring, functionLines, oddities, statementsThatWrite } from './figures.ts';
import { roomOf } from './floors.ts';
import { isTestCode, readSources, type SourceFile } from './sources.ts';

/*
 * `npm run measure [-- --list]`: the house in figures, room by room, tests left out. With `--list` it names the places:
 * long functions, casts, exports without docstring, circles, queries.ts files that change state.
 */
const longFunction = 60;

const root = new URL('../../', import.meta.url).pathname;
const files = readSources(root).filter(({ path }) => !isTestCode(path) && !/^(bench|scripts)\//.test(path));

/** Median, 90th percentile and maximum. */
function spread(numbers: number[]): string {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return `${at(0.5)} / ${at(0.9)} / ${sorted.at(-1) ?? 0}`;
}

function figuresOf(room: SourceFile[]) {
  const functions = room.flatMap(functionLines);
  const odd = room.flatMap(oddities);
  const count = (kind: string) => odd.filter((each) => each.kind === kind).length;
  return {
    files: room.length,
    'lines per file': spread(room.map(({ text }) => text.trimEnd().split('\n').length)),
    'lines per function': spread(functions.map(({ lines }) => lines)),
    [`over ${longFunction}`]: functions.filter(({ lines }) => lines > longFunction).length,
    casts: count('cast'),
    any: count('any'),
    '!': count('!'),
    circles: circles(room).length,
    'no docstring': room.flatMap(exportsWithoutDocstring).length,
    'queries.ts that write': room.filter((file) => statementsThatWrite(file).length > 0).length,
  };
}

const rooms = Map.groupBy(files, ({ path }) => roomOf(path) ?? path);
console.table({
  ...Object.fromEntries([...rooms].map(([room, own]) => [room, figuresOf(own)])),
  all: figuresOf(files),
});

if (process.argv.includes('--list')) {
  const places = [
    ...files
      .flatMap(functionLines)
      .filter(({ lines }) => lines > longFunction)
      .map(({ place, lines }) => `${place}: function of ${lines} lines`),
    ...files.flatMap(oddities).map(({ place, kind }) => `${place}: ${kind}`),
    ...files.flatMap(statementsThatWrite).map((place) => `${place}: a change of state in queries.ts`),
    ...circles(files).map((members) => `circle: ${members.join(', ')}`),
    ...files.flatMap(exportsWithoutDocstring).map((place) => `${place}: export without docstring`),
  ];
  for (const place of places) console.log(place);
}
