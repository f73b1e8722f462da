import { readFileSync } from 'node:fs';

/** A statement that stands in its own file, read once at the start; `name` is its prepared statement's. */
export type SqlFile = { name: string; text: string };

/** Loads `file`, relative to the module at `base` (its `import.meta.url`). */
export function sqlFile(file: string, base: string): SqlFile {
  const name = file
    .replace(/^\.\//, '')
    .replace(/\.sql$/, '')
    .replaceAll('-', '_');
  return { name, text: readFileSync(new URL(file, base), 'utf8') };
}

/** A `uuid[]` parameter; ids need no quoting, which the driver would do element by element. */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
