import type pg from 'pg';
import { positionCursor, type Search } from './filter.ts';
import type { SearchRow, Statement } from './statements.ts';
import type { Statistics } from './statistics.ts';
import { waysOf } from './ways.ts';

/** Runs one statement and answers its row. */
export type RunStatement = (statement: Statement) => Promise<SearchRow>;

/**
 * A page of doctors, as the JSON text of the response. The ways to find it are tried in turn; where one statement met
 * more candidates than it looks at, the wider ones of its way would too.
 */
export async function searchDoctors(
  run: RunStatement,
  search: Search,
  statistics: Statistics,
): Promise<string> {
  for (const { tries } of waysOf(search, statistics)) {
    for (const { statement, isPage } of tries()) {
      const row = await run(statement);
      if (row.overflow) break;
      if (isPage(row)) return pageJson(search, row);
    }
  }
  throw new Error('the last way to search finds a page');
}

function pageJson(
  { sort, limit, after }: Search,
  { found, items, last_key, last_id, as_of }: SearchRow,
): string {
  const goesOn = found > limit && last_key !== null && last_id !== null;
  const nextCursor = goesOn
    ? positionCursor(sort, { key: last_key, doctorId: last_id, asOf: after?.asOf ?? as_of })
    : null;
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
