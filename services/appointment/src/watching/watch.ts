import { readFileSync } from 'node:fs';
import { readingPool } from '@consulta/platform/database';
import { watchOutbox } from '@consulta/platform/messaging';
import type { Metrics } from '@consulta/platform/process';
import type pg from 'pg';
import { invariantViolations, oldestUndecided, undecided, unsealed } from '../metrics.ts';

const invariantsSql = readFileSync(new URL('invariants.sql', import.meta.url), 'utf8');

const undecidedSql = `SELECT (SELECT count(*)::integer FROM (SELECT FROM undecided_requests LIMIT 100000) AS counted) AS count,
  coalesce((SELECT extract(epoch FROM clock_timestamp() - requested_at)::float8
    FROM undecided_requests ORDER BY arrival LIMIT 1), 0) AS age`;

const unsealedSql = `SELECT count(*)::integer AS count
  FROM (SELECT FROM audit_entries WHERE position IS NULL LIMIT 100000) AS counted`;

type Invariants = Record<string, number>;

/** Shows what can be read in AppointmentDB alone: the waiting line, the trail, the outbox and what must never be. */
export function watchAppointments({ metrics, pool }: { metrics: Metrics; pool: pg.Pool }): {
  stop: () => Promise<void>;
} {
  const looking = readingPool(pool);
  const one = async <Row extends pg.QueryResultRow>(sql: string) => (await looking.query<Row>(sql)).rows[0];
  const outbox = watchOutbox({ metrics, pool }, 'appointments');
  const line = [metrics.gauge(undecided), metrics.gauge(oldestUndecided)] as const;
  const rows = metrics.gauge(unsealed);
  const violations = metrics.gauge(invariantViolations);
  const ends = [
    metrics.addReading({
      name: 'line',
      read: async () => {
        const found = await one<{ count: number; age: number }>(undecidedSql);
        return () => {
          line[0].set(found?.count ?? 0);
          line[1].set(Math.max(0, found?.age ?? 0));
        };
      },
      forget: () => {
        for (const each of line) each.remove();
      },
    }),
    metrics.addReading({
      name: 'trail',
      read: async () => {
        const found = await one<{ count: number }>(unsealedSql);
        return () => rows.set(found?.count ?? 0);
      },
      forget: () => rows.remove(),
    }),
    metrics.addReading({
      name: 'invariants',
      read: async () => {
        const found = await one<Invariants>(invariantsSql);
        return () => {
          for (const [invariant, count] of Object.entries(found ?? {})) violations.set({ invariant }, count);
        };
      },
      forget: () => violations.reset(),
    }),
  ];
  const stop = async () => {
    for (const end of ends) end();
    await outbox.stop();
    await looking.end();
  };
  return { stop };
}
