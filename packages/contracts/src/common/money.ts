import { Type } from 'typebox';

/** Money in centavos of real. */
export const Cents = Type.Integer({
  title: 'Cents',
  minimum: 0,
  maximum: 100_000_000,
  description: 'centavos of real',
  examples: [25_000],
});
