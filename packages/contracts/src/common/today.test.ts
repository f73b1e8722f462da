import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayInBrazil } from './today.ts';

test('the day ends at midnight in Brazil, three hours after it does in UTC', () => {
  const day = (instant: string) => dayInBrazil(Temporal.Instant.from(instant)).toString();
  assert.equal(day('2026-11-25T02:59:59Z'), '2026-11-24');
  assert.equal(day('2026-11-25T03:00:00Z'), '2026-11-25');
});
