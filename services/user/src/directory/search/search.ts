import type pg from 'pg';
import { positionCursor, type Search } from './filter.ts';
import {
  hasUnorderedCondition,
  narrowStatement,
  orderedStatement,
  type SearchRow,
  type Statement,
} from './statements.ts';
import type { Statistics } from './statistics.ts';
import { type Estimate, rankStrategies } from './strategies.ts';

/** Runs one statement and answers its row. */
export type RunStatement = (statement: Statement) => Promise<SearchRow>;

/** A walk may read so many times what it likely needs before it gives up, within these bounds. */
const walkPatience = 4;
const walkRows = { min: 400, max: 6_000 };

/**
 * A page of doctors, as the JSON text of the response. Statements are tried in the order of what they likely
 * cost; each is bounded, and only when all gave up, which takes conditions that are common but hardly ever meet
 * early in the order, is the order walked to the end.
 */
export async function searchDoctors(
  run: RunStatement,
  search: Search,
  statistics: Statistics,
): Promise<string> {
  for (const estimate of rankStrategies(search, statistics)) {
    const row = await attempt(run, search, estimate);
    if (row) return pageJson(search, row);
  }
  return pageJson(search, await run(orderedStatement(search, null)));
}

/** The statement's answer, unless it gave up. */
async function attempt(
  run: RunStatement,
  search: Search,
  { strategy, rows }: Estimate,
): Promise<SearchRow | undefined> {
  if (strategy !== 'ordered') {
    const row = await run(narrowStatement(search, strategy));
    return row.overflow ? undefined : row;
  }
  if (!hasUnorderedCondition(search)) return run(orderedStatement(search, search.limit + 1));
  const budget = Math.min(walkRows.max, Math.max(walkRows.min, Math.ceil(rows * walkPatience)));
  const row = await run(orderedStatement(search, budget));
  return row.found > search.limit ? row : undefined;
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
