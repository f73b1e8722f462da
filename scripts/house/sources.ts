import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Comment, type Program, parseSync, Visitor } from 'oxc-parser';

/** One import, re-export, `import()` or `import('…')` type of a file; types count, for they too bind rooms together. */
export type Import = {
  /** As it is written: `../http/index.ts`, `@consulta/platform/http`, `node:fs`. */
  specifier: string;
  line: number;
  /** The file of the project it leads to; null for a library, and for a name that leads nowhere. */
  target: string | null;
};

export type SourceFile = {
  /** From the project's root, with slashes. */
  path: string;
  text: string;
  program: Program;
  comments: Comment[];
  imports: Import[];
  lineOf(offset: number): number;
};

/** Whether a file is test code: it may reach wider than what is shipped, and what is shipped may not reach it. */
export function isTestCode(path: string): boolean {
  return /\.(test|contract|faults)\.ts$/.test(path) || /(^|\/)testing\//.test(path) || /^tests\//.test(path);
}

/** Parses every TypeScript file of the project at `root`, found by folder (no `.git` is needed), and resolves its imports. */
export function readSources(root: string): SourceFile[] {
  const entrances = readEntrances(root);
  return globSync('{packages,services,apps,tests,bench,scripts,infra}/**/*.ts', {
    cwd: root,
    exclude: (entry) => entry === 'node_modules' || entry.endsWith('.d.ts'),
  })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort()
    .map((path) => readSource(root, path, entrances));
}

function readSource(root: string, path: string, entrances: Map<string, string>): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const { program, comments, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const lineOf = lineCounter(text);
  const resolve = (specifier: string): string | null => {
    if (!specifier.startsWith('.')) return entrances.get(specifier) ?? null;
    const target = normalize(join(dirname(path), specifier)).replaceAll('\\', '/');
    return existsSync(join(root, target)) ? target : null;
  };
  const imports = specifiersOf(path, program).map(({ value, start }) => ({
    specifier: value,
    line: lineOf(start),
    target: resolve(value),
  }));
  return { path, text, program, comments, imports, lineOf };
}

type Literal = { value: string; start: number };

function specifiersOf(path: string, program: Program): Literal[] {
  const found: Literal[] = [];
  const add = (node: { source: unknown }): void => {
    const source = node.source;
    if (isStringLiteral(source)) found.push({ value: source.value, start: source.start });
  };
  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
    // A worker is bound to whoever starts it by its address. (A test may start any program.)
    NewExpression: ({ callee, arguments: [address] }) => {
      if (callee.type !== 'Identifier' || callee.name !== 'URL' || !isStringLiteral(address)) return;
      if (address.value.startsWith('.') && address.value.endsWith('.ts') && !isTestCode(path))
        found.push(address);
    },
  }).visit(program);
  return found;
}

function isStringLiteral(node: unknown): node is Literal {
  return (
    typeof node === 'object' &&
    node !== null &&
    'value' in node &&
    typeof node.value === 'string' &&
    'start' in node
  );
}

/** What `@consulta/…` names lead to, by each room's `exports`. */
function readEntrances(root: string): Map<string, string> {
  const entrances = new Map<string, string>();
  for (const manifest of globSync('{packages,services,apps}/*/package.json', { cwd: root })) {
    const { name, exports }: { name: string; exports?: Record<string, string> | string } = JSON.parse(
      readFileSync(join(root, manifest), 'utf8'),
    );
    const entries = typeof exports === 'string' ? { '.': exports } : (exports ?? {});
    for (const [subPath, file] of Object.entries(entries)) {
      const target = normalize(join(dirname(manifest), file)).replaceAll('\\', '/');
      entrances.set(name + subPath.slice(1), target);
    }
  }
  return entrances;
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next === -1 ? starts.length : next;
  };
}
