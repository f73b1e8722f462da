import { Type } from 'typebox';
import { line } from './text.ts';

/** Why something was done to somebody. */
export const Reason = Type.Object(
  { reason: line(500, { examples: ['Documento vencido'] }) },
  { title: 'Reason', additionalProperties: false },
);
