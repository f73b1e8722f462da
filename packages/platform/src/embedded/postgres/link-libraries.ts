import { symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { errorCode } from '../../process/error-code.ts';
import { readIfThere } from '../durable-files.ts';

/**
 * Makes the links by which PostgreSQL's programs find their libraries. A package from npm holds no links; a script of
 * its installation makes them from a list, where such scripts run: newer versions of npm ask for leave first.
 *
 * @param folder of the programs and libraries, `native` of the package
 */
export async function linkLibraries(folder: string): Promise<void> {
  const list = await readIfThere(join(folder, 'pg-symlinks.json'));
  for (const { source, target } of linksIn(list ?? '[]')) {
    const link = inside(folder, target);
    const original = relative(dirname(link), inside(folder, source));
    await symlink(original, link).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  }
}

/** What the list says lies in the package's folder; one that leads out of it is no list of ours. */
function inside(folder: string, path: string): string {
  const found = join(dirname(folder), path);
  const way = relative(folder, found);
  if (way.startsWith('..') || isAbsolute(way)) throw new Error(`${path} does not lie in ${folder}`);
  return found;
}

function linksIn(list: string): { source: string; target: string }[] {
  const links: unknown = JSON.parse(list);
  if (!Array.isArray(links)) throw new Error('the list of PostgreSQL’s libraries is damaged');
  return links.map(({ source, target }) => ({ source: String(source), target: String(target) }));
}
