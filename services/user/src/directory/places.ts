import { type Place, type PlacesQuery, plainText } from '@consulta/contracts';
import { badField } from '@consulta/platform/problems';
import type pg from 'pg';

/** A place as it is looked for: a space before each word of its name, so that a word's beginning is told. */
type Entry = Place & { words: string };

/** The places of a query, most doctors first. Throws 400 for a text without a letter. */
export type FindPlaces = (query: PlacesQuery) => Promise<Place[]>;

/**
 * Finds places with listed doctors among those that were counted at most `keptMs` milliseconds ago. What is kept is small
 * whatever the number of doctors: Brazil has 5,570 cities.
 */
export function placesFrom(pool: pg.Pool, keptMs: number): FindPlaces {
  let kept: { entries: Promise<Entry[]>; atMs: number } | undefined;
  const entries = () => {
    if (kept && performance.now() - kept.atMs < keptMs) return kept.entries;
    const counted = { entries: countPlaces(pool), atMs: performance.now() };
    kept = counted;
    counted.entries.catch(() => {
      if (kept === counted) kept = undefined;
    });
    return counted.entries;
  };
  return async ({ q, limit = 20 }) =>
    matching(await entries(), q)
      .slice(0, limit)
      .map(show);
}

async function countPlaces(pool: pg.Pool): Promise<Entry[]> {
  const { rows } = await pool.query<Place>(
    `SELECT city, state, count(*)::integer AS doctors FROM doctor_directory WHERE listed
     GROUP BY city, state ORDER BY doctors DESC, city, state`,
  );
  return mergeSpellings(rows);
}

/** Of several spellings of a city the commonest stands for all. The rows come most doctors first, and so go on. */
export function mergeSpellings(rows: readonly Place[]): Entry[] {
  const merged = new Map<string, Entry>();
  for (const { city, state, doctors } of rows) {
    const words = ` ${plainText(city)}`;
    const known = merged.get(state + words);
    if (known) known.doctors += doctors;
    else merged.set(state + words, { city, state, doctors, words });
  }
  return [...merged.values()].sort((a, b) => b.doctors - a.doctors);
}

function matching(entries: readonly Entry[], q: string | undefined): readonly Entry[] {
  if (q === undefined) return entries;
  const beginning = plainText(q);
  if (beginning === '') throw badField('/q', 'no_letters');
  return entries.filter(({ words }) => words.includes(` ${beginning}`));
}

const show = ({ city, state, doctors }: Entry): Place => ({ city, state, doctors });
