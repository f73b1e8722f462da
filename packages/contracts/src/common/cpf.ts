import { Type } from 'typebox';

export const Cpf = Type.String({
  maxLength: 11,
  pattern: '^\\d{11}$',
  description: 'CPF, eleven digits',
  examples: ['52998224725'],
});
