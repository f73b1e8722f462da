import { doors, type Floors, inside, project } from './floors.ts';
import { type Import, isTestCode, type SourceFile } from './sources.ts';

/** What is wrong with one import, and where. */
export type Fault = { path: string; line: number; message: string };

/** The imports that cross a wall, go against the floors (`floors.ts`) or lead nowhere. Types count. */
export function boundaryFaults(files: SourceFile[]): Fault[] {
  return files.flatMap((file) =>
    file.imports.flatMap((each) => {
      const message = faultOf(file.path, each);
      return message === null ? [] : [{ path: file.path, line: each.line, message }];
    }),
  );
}

function faultOf(path: string, each: Import): string | null {
  const { specifier, target } = each;
  if (target === null) return faultOutside(path, specifier);
  const from = placeOf(path, project);
  const to = placeOf(target, project);
  if (from === null) return `${path} is in no room; give it one in scripts/house/floors.ts`;
  if (to === null) return `${specifier} is in no room; give it one in scripts/house/floors.ts`;
  if (isShipped(path) && isTestCode(target))
    return `${specifier} is test code; what is shipped stands without it`;
  if (from.room === to.room) return faultInside(path, target, from.room);
  if (specifier.startsWith('.') && !(isAtRoot(from.room) && isAtRoot(to.room))) {
    return `${specifier} climbs over the wall of ${to.room}; enter by what its package.json exports`;
  }
  const isFree = isTestCode(path) || isAtRoot(from.room) || doors[from.room]?.includes(specifier);
  return isFree ? null : againstFloors(from, to);
}

/** An import that leads to no file of the project. */
function faultOutside(path: string, specifier: string): string | null {
  if (specifier.startsWith('.') && specifier.endsWith('.ts')) return `${specifier} leads nowhere`;
  if (specifier.startsWith('@consulta/')) return `${specifier} is not among what that room exports`;
  if (path.startsWith('packages/contracts/') && specifier.startsWith('node:') && !isTestCode(path)) {
    return `${specifier}: contracts do no I/O and know no platform; a browser loads them too`;
  }
  return null;
}

/** Within one room; tests look at every folder of theirs. */
function faultInside(path: string, target: string, room: string): string | null {
  const source = `${room}/src`;
  const floors = inside[source];
  const isSource = (file: string) => file.startsWith(`${source}/`);
  if (floors === undefined || isTestCode(path) || !isSource(path) || !isSource(target)) return null;
  const from = placeInside(path, source, floors);
  const to = placeInside(target, source, floors);
  if (from === null) return `${path} stands on no floor; give its folder one in scripts/house/floors.ts`;
  if (to === null) return `${target} stands on no floor; give its folder one in scripts/house/floors.ts`;
  return from.room === to.room ? null : againstFloors(from, to);
}

type Place = { room: string; floor: number };

function placeInside(path: string, source: string, floors: Floors): Place | null {
  const name = path.slice(source.length + 1);
  const place = placeOf(name, floors);
  if (place !== null || name.includes('/')) return place;
  return placeOf('.', floors) ?? { room: 'the roof', floor: floors.length };
}

/** Of rooms within one another the innermost is meant. */
function placeOf(path: string, floors: Floors): Place | null {
  const places = floors.flatMap((rooms, floor) => rooms.map((room) => ({ room, floor })));
  const around = places.filter(({ room }) => path === room || path.startsWith(`${room}/`));
  return around.toSorted((a, b) => b.room.length - a.room.length)[0] ?? null;
}

function againstFloors(from: Place, to: Place): string | null {
  if (from.floor > to.floor) return null;
  const relation = from.floor === to.floor ? 'beside' : 'above';
  return `${to.room} stands ${relation} ${from.room}, which imports only from floors below`;
}

function isShipped(path: string): boolean {
  return /^(packages|services|apps)\//.test(path) && !isTestCode(path);
}

function isAtRoot(room: string): boolean {
  return !room.includes('/');
}
