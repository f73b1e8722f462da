import { Type } from 'typebox';
import { Id } from './ids.ts';
import { DateOnly } from './instants.ts';
import { mostlyNull, nullable } from './nullable.ts';
import { line, text } from './text.ts';

/** What people are asked for, and what doctors say of themselves. */
export const FullName = line(200, { title: 'FullName', examples: ['Ana Beatriz Souza'] });
export const SocialName = line(200, { title: 'SocialName', examples: ['Bia Souza'] });
export const BirthDate = Type.String({ ...DateOnly, examples: ['1990-04-12'] });
export const Specialty = line(100, {
  title: 'Specialty',
  examples: ['Cardiologia'],
  description: 'a name from `GET /specialties`',
});
export const Insurance = line(100, { title: 'Insurance', examples: ['Unimed'] });
export const Bio = text(4000, { title: 'Bio', examples: ['Atendimento com hora marcada.'] });

/** What answers show of people and practices. */
export const shown = {
  fullName: Type.String({ examples: ['Ana Beatriz Souza'] }),
  socialName: nullable(Type.String({ examples: ['Bia Souza'] })),
  email: Type.String({ examples: ['ana.souza@example.com'] }),
  cpf: nullable(Type.String({ examples: ['52998224725'] })),
  phone: nullable(Type.String({ examples: ['+5511987654321'] })),
  city: Type.String({ examples: ['São Paulo'] }),
  state: Type.String({ examples: ['SP'] }),
  bio: nullable(Type.String({ examples: ['Atendimento com hora marcada.'] })),
  specialties: Type.Array(Type.String({ examples: ['Cardiologia'] })),
  insurances: Type.Array(Type.String({ examples: ['Unimed'] })),
  priceCents: Type.Integer({ description: 'centavos of real', examples: [25_000] }),
};

/** A patient beside what is theirs. */
export const ShownPatient = Type.Object(
  { id: Id, fullName: shown.fullName, socialName: mostlyNull(Type.String()) },
  { title: 'ShownPatient' },
);

/** Shown in place of the name of an account that was deleted. */
export const erasedName = 'Conta removida';
