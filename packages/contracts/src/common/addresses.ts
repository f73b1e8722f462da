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
export const StateCode = Type.Enum([...stateCodes], { title: 'State', examples: ['SP'] });

export const City = line(100, { title: 'City', examples: ['São Paulo'] });

export const Address = Type.Object(
  {
    street: line(200, { examples: ['Rua das Laranjeiras'] }),
    number: line(20, { examples: ['1200'] }),
    complement: Type.Optional(nullable(line(100, { examples: ['sala 42'] }))),
    neighborhood: line(100, { examples: ['Centro'] }),
    city: City,
    state: StateCode,
    postalCode: Type.String({
      maxLength: 8,
      pattern: '^\\d{8}$',
      description: 'CEP, eight digits',
      examples: ['01310100'],
    }),
  },
  { title: 'Address', additionalProperties: false },
);
export type Address = Static<typeof Address>;
