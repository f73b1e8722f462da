import { type ArrowFunctionExpression, type Function as FunctionNode, type Node, Visitor } from 'oxc-parser';
import type { SourceFile } from './sources.ts';

/*
 * What `npm run measure` counts in one file. A place is `path:line`, to be opened.
 */

type Spanned = { start: number; end: number };

/**
 * Every function, method and arrow, with its lines from its first to its last. One that does nothing but return another
 * (a plugin with its parameters handed in) is counted with the one it returns, once.
 */
export function functionLines(file: SourceFile): { place: string; lines: number }[] {
  const found: { place: string; lines: number }[] = [];
  const add = (node: FunctionNode | ArrowFunctionExpression): void => {
    if (onlyReturnsAnother(node)) return;
    const first = file.lineOf(node.start);
    found.push({ place: `${file.path}:${first}`, lines: file.lineOf(node.end) - first + 1 });
  };
  new Visitor({ FunctionDeclaration: add, FunctionExpression: add, ArrowFunctionExpression: add }).visit(
    file.program,
  );
  return found;
}

function onlyReturnsAnother({ body }: FunctionNode | ArrowFunctionExpression): boolean {
  if (body?.type !== 'BlockStatement') return isFunction(body);
  const [statement, more] = body.body;
  return statement?.type === 'ReturnStatement' && more === undefined && isFunction(statement.argument);
}

function isFunction(node: Node | null): boolean {
  return node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';
}

/** Where the type checker is overruled: casts (`as const` is none), `any` and non-null `!`. */
export function oddities(file: SourceFile): { place: string; kind: 'cast' | 'any' | '!' }[] {
  const found: { place: string; kind: 'cast' | 'any' | '!' }[] = [];
  const add = (kind: 'cast' | 'any' | '!', { start }: Spanned): void => {
    found.push({ place: `${file.path}:${file.lineOf(start)}`, kind });
  };
  new Visitor({
    TSAsExpression: (node) => {
      if (file.text.slice(node.typeAnnotation.start, node.typeAnnotation.end) !== 'const') add('cast', node);
    },
    TSTypeAssertion: (node) => add('cast', node),
    TSAnyKeyword: (node) => add('any', node),
    TSNonNullExpression: (node) => add('!', node),
  }).visit(file.program);
  return found;
}

/** The statements of a `queries.ts` that change state: they belong in a file named by their verb. */
export function statementsThatWrite(file: SourceFile): string[] {
  if (!file.path.endsWith('/queries.ts')) return [];
  const writes =
    /\b(INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+(\s+(AS\s+)?\w+)?\s+SET)\b|\.(insertInto|updateTable|deleteFrom|mergeInto)\(/g;
  const code = file.comments.reduce(
    (text, { start, end }) => text.slice(0, start) + ' '.repeat(end - start) + text.slice(end),
    file.text,
  );
  return [...code.matchAll(writes)].map(({ index }) => `${file.path}:${file.lineOf(index)}`);
}

/**
 * Exports that do not say what they do for their caller. A list of what a room offers (`export … from`) needs no words,
 * nor does the type of a schema beside it, which has the schema's name.
 */
export function exportsWithoutDocstring(file: SourceFile): string[] {
  const documented = (node: Node): boolean => {
    const before = file.comments.findLast(({ end }) => end <= node.start);
    return before?.type === 'Block' && file.text.slice(before.end, node.start).trim() === '';
  };
  return file.program.body
    .filter((node) => node.type === 'ExportNamedDeclaration' && node.declaration !== null)
    .filter((node) => !isTypeOfSchema(file.text.slice(node.start, node.end)) && !documented(node))
    .map(({ start }) => `${file.path}:${file.lineOf(start)}`);
}

function isTypeOfSchema(code: string): boolean {
  return /^export type (\w+) = (Type\.)?Static<typeof \1>;?$/.test(code);
}
