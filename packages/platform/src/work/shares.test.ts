import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShares } from './shares.ts';

test('one person holds their share and takes nothing from the others', () => {
  const shares = createShares(2);
  const first = shares.take('ana');
  shares.take('ana');
  assert.throws(() => shares.take('ana'), { code: 'rate_limited' });
  assert.equal(shares.tryTake('ana'), undefined);
  shares.take('bia');
  first();
  first();
  shares.take('ana');
  assert.equal(shares.tryTake('ana'), undefined, 'giving back twice gives back once');
});
