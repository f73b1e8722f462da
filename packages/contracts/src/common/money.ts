import { Type } from 'typebox';

/** Money in centavos of real. */
export const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });
