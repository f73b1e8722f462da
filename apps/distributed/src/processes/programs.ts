import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { WrongSetting } from '@consulta/platform/process';

/** Debian keeps servers where only root's PATH leads. */
const besidePath = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Where a program is; undefined where it is not. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | undefined {
  return [...path.split(delimiter), ...besidePath]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Where a program is; throws a {@link WrongSetting} that says how to get it. */
export function needProgram(name: string, debianPackage: string, path?: string): string {
  const found = findProgram(name, path);
  if (found) return found;
  throw new WrongSetting(
    `${name} is missing, which npm run distributed needs: on Debian, apt-get install ${debianPackage} brings it.`,
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
