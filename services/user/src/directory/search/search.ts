import type pg from 'pg';
import { positionCursor, type Search } from './filter.ts';
import {
  candidatesStatement,
  isWalkExact,
  type SearchRow,
  type Statement,
  walkStatement,
} from './statements.ts';
import type { Statistics } from './statistics.ts';
import { rankStrategies, rarestOrderedFacet, type Strategy, slicesOf } from './strategies.ts';

/** Runs one statement and answers its row. */
export type RunStatement = (statement: Statement) => Promise<SearchRow>;

/** A walk may read so many times what it likely needs before it gives up, within these bounds. */
const walkPatience = 4;
const walkRows = { min: 400, max: 4_000 };

/**
 * A page of doctors, as the JSON text of the response. Ways to find it are tried in the order of what they
 * likely cost; each is bounded, and only when all gave up, which takes conditions that are common but hardly
 * ever meet early in the order, is the order walked to the end.
 */
export async function searchDoctors(
  run: RunStatement,
  search: Search,
  statistics: Statistics,
): Promise<string> {
  for (const strategy of rankStrategies(search, statistics)) {
    const row = await attempt(run, search, strategy, statistics);
    if (row) return pageJson(search, row);
  }
  return pageJson(search, await run(walkStatement(search, rarestOrderedFacet(search, statistics), null)));
}

/** The answer found in one way; undefined when it gave up. */
function attempt(
  run: RunStatement,
  search: Search,
  strategy: Strategy,
  statistics: Statistics,
): Promise<SearchRow | undefined> {
  if (strategy.kind === 'walk') return walk(run, search, strategy);
  if (strategy.kind === 'slices') return slice(run, search, slicesOf(search, statistics));
  const { kind } = strategy;
  const source = kind === 'soon' ? { from: kind, facet: strategy.facet } : { from: kind };
  return run(candidatesStatement(search, source)).then((row) => (row.overflow ? undefined : row));
}

async function walk(
  run: RunStatement,
  search: Search,
  { facet, rows }: { facet: string; rows: number },
): Promise<SearchRow | undefined> {
  if (isWalkExact(search, facet)) return run(walkStatement(search, facet, search.limit + 1));
  const most = Math.max(walkRows.max, 40 * search.limit);
  const budget = Math.min(most, Math.max(walkRows.min, Math.ceil(rows * walkPatience)));
  const row = await run(walkStatement(search, facet, budget));
  return row.found > search.limit ? row : undefined;
}

async function slice(run: RunStatement, search: Search, slices: string[][]): Promise<SearchRow | undefined> {
  for (const [index, tags] of slices.entries()) {
    const row = await run(candidatesStatement(search, { from: 'facets', slice: tags }));
    if (row.overflow) return undefined;
    if (row.found > search.limit || index === slices.length - 1) return row;
  }
  return undefined;
}

function pageJson({ sort, limit }: Search, { found, items, last_key, last_id }: SearchRow): string {
  const goesOn = found > limit && last_key !== null && last_id !== null;
  const nextCursor = goesOn ? positionCursor(sort, { key: last_key, doctorId: last_id }) : null;
  return `{"items":${items},"nextCursor":${JSON.stringify(nextCursor)}}`;
}

/** Runs statements as prepared ones on a pool. */
export const runPrepared =
  (pool: pg.Pool): RunStatement =>
  async (statement) => {
    const { rows } = await pool.query<SearchRow>(statement);
    const [row] = rows;
    if (!row) throw new Error('a search answers one row');
    return row;
  };
