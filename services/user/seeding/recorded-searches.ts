import type { DoctorSearchQuery } from '@consulta/contracts';
import { createLog } from '@consulta/platform/process';
import type pg from 'pg';
import { readSearch } from '../src/directory/search/filter.ts';
import { runPrepared, searchDoctors } from '../src/directory/search/search.ts';
import { openSearchPool, searchSettings } from '../src/directory/search/search-pool.ts';
import type { Statement } from '../src/directory/search/statements.ts';
import { readStatistics } from '../src/directory/search/statistics.ts';

/**
 * Searches outside of HTTP that tell which statements they execute, for benchmarks and for tests of plans.
 * `settings` are those of the service's own connections, as libpq's PGOPTIONS.
 */
export async function searchStatements(pool: pg.Pool, note: (statement: Statement) => void) {
  const searchPool = openSearchPool(pool, createLog('error'));
  const statistics = await readStatistics(searchPool);
  const run = runPrepared(searchPool);
  const search = (query: DoctorSearchQuery) =>
    searchDoctors(
      (statement) => {
        note(statement);
        return run(statement);
      },
      readSearch(query, Temporal.Now.instant().epochMilliseconds),
      statistics,
    );
  const settings = Object.entries(searchSettings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
  return { search, settings, close: () => searchPool.end() };
}
