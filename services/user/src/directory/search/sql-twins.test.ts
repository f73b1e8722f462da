import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { plainText } from '@consulta/contracts';
import { platformMigrations } from '@consulta/platform/database';
import { createTestDatabase } from '@consulta/platform/testing';
import fc from 'fast-check';
import { userMigrations } from '../../index.ts';
import { initialOf, priceStep } from './slices.ts';

/* Pages are right only as long as these functions say the same as those in the migrations. */

const { pool, drop } = await createTestDatabase([platformMigrations, userMigrations]);
after(drop);

/** What a function of the database answers to each of these. */
async function inSql(name: string, type: 'text' | 'integer', values: unknown[]): Promise<unknown[]> {
  const { rows } = await pool.query<{ answer: unknown }>(
    `SELECT ${name}(value) AS answer FROM unnest($1::${type}[]) WITH ORDINALITY AS given (value, place) ORDER BY place`,
    [values],
  );
  return rows.map(({ answer }) => answer);
}

test('a price falls into the same step here and in the database', async () => {
  const bounds = Array.from({ length: 53 }, (_, step) => Math.floor(1000 * 1.25 ** step));
  const near = bounds.flatMap((cents) => [-2, -1, 0, 1, 2].map((more) => cents + more));
  const others = fc.sample(fc.integer({ min: 0, max: 100_000_000 }), 20_000);
  const prices = [...near, 0, 999, 100_000_000, ...others].filter((cents) => cents <= 100_000_000);
  assert.deepEqual(prices.map(priceStep), await inSql('price_step', 'integer', prices));
});

const typed = fc.string({
  unit: fc.constantFrom(..."aábcçdeéoõuzDÁÉÑZ09  ---’´'`‘–—._%~:{", ...['d ', " d'", ' D´', 'São ', 'ü']),
  maxLength: 24,
});

test('a name begins with the same initial here and in the database', async () => {
  const keys = await inSql('search_key', 'text', ['', ' a', '~', '{', 'é', '日', ...fc.sample(typed, 5_000)]);
  assert.deepEqual(
    keys.map((key) => initialOf(String(key))),
    await inSql('initial_of', 'text', keys),
  );
});

test('texts compare by the same key here and in the database', async () => {
  const texts = fc.sample(typed, 5_000).map((text) => text.normalize('NFC').trim().replace(/\s+/g, ' '));
  const trimmed = (await inSql('search_key', 'text', texts)).map((key) => String(key).trim());
  assert.deepEqual(texts.map(plainText), trimmed);
});
