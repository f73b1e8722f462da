import { type Static, Type } from 'typebox';
import { nullable } from './nullable.ts';
import { line } from './text.ts';

export const stateCodes = [
  'AC',
  'AL',
  'AM',
  'AP',
  'BA',
  'CE',
  'DF',
  'ES',
  'GO',
  'MA',
  'MG',
  'MS',
  'MT',
  'PA',
  'PB',
  'PE',
  'PI',
  'PR',
  'RJ',
  'RN',
  'RO',
  'RR',
  'RS',
  'SC',
  'SE',
  'SP',
  'TO',
] as const;
/** One of Brazil's 26 states or the Distrito Federal. */
export const StateCode = Type.Enum([...stateCodes]);

export const Address = Type.Object(
  {
    street: line(200),
    number: line(20),
    complement: Type.Optional(nullable(line(100))),
    neighborhood: line(100),
    city: line(100),
    state: StateCode,
    postalCode: Type.String({ maxLength: 8, pattern: '^\\d{8}$', description: 'CEP, eight digits' }),
  },
  { additionalProperties: false },
);
export type Address = Static<typeof Address>;
