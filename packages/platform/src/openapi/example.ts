import type { JsonSchema } from '../http/route.ts';

/** Values that read well, by the name of their field. */
const named: Record<string, unknown> = {
  fullName: 'Ana Beatriz Souza',
  socialName: 'Bia Souza',
  email: 'ana.souza@example.com',
  identifier: 'ana.souza@example.com',
  password: 'girassol-amarelo-42',
  newPassword: 'ipê-roxo-florido-77',
  cpf: '52998224725',
  phone: '+5511987654321',
  street: 'Rua das Laranjeiras',
  neighborhood: 'Centro',
  complement: 'sala 42',
  city: 'São Paulo',
  state: 'SP',
  postalCode: '01310100',
  specialty: 'Cardiologia',
  insurance: 'Unimed',
  bio: 'Atendimento com hora marcada.',
  timeZone: 'America/Sao_Paulo',
  date: '2031-03-10',
  birthDate: '1990-04-12',
  validFrom: '2031-03-03',
  validUntil: '2031-12-19',
  startTime: '08:00',
  endTime: '12:00',
  slotMinutes: 30,
  startsAt: '2031-03-10T12:00:00.000Z',
  endsAt: '2031-03-10T12:30:00.000Z',
  availableBefore: '2031-03-10T12:00:00Z',
  consultationPriceCents: 25_000,
  rating: 5,
  average: 4.8,
  count: 42,
  comment: 'Atendimento atencioso.',
  reason: 'Mudança de planos',
  note: 'Primeira consulta',
  title: 'Relatório médico',
  body: 'Paciente em acompanhamento, sem queixas.',
  name: 'exame.pdf',
  cid10: 'I10',
  crm: '123456-SP',
  role: 'doctor',
  number: '1200',
  totp: '492039',
  accessToken: 'eyJhbGciOiJSUzI1NiJ9…',
  refreshToken: 'kT3v9QmZ…',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
  actorName: 'Carlos Eduardo Lima',
  text: 'Obrigado pela visita.',
  reply: 'Obrigado pela visita.',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  sizeBytes: 34_567,
  minRating: 4,
  maxPriceCents: 30_000,
  noShowRate: 0.05,
  kty: 'RSA',
  kid: 'chave-1',
  alg: 'RS256',
  use: 'sig',
  n: 'u1SU1LfVLPHCozMxH2Mo…',
  e: 'AQAB',
  file: '(the bytes of exame.pdf)',
  cursor: 'MjAzMS0wMy0xMA',
};

/** What is not there yet in most answers, where the schema lets it be null. */
const mostlyNull = new Set([
  'statusReason',
  'suspensionReason',
  'decidedAt',
  'confirmedAt',
  'cancelledAt',
  'cancelledBy',
  'replacesId',
  'nextCursor',
]);

/** A value that fits the schema, the same each time. */
export function exampleOf(schema: JsonSchema, name?: string): unknown {
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (mostlyNull.has(name ?? '') && schema.anyOf?.some(({ type }) => type === 'null')) return null;
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {}, name);
  if (schema.enum) return schema.enum.includes(named[name ?? '']) ? named[name ?? ''] : schema.enum[0];
  if (schema.type === 'object' || schema.properties) return objectExample(schema);
  if (schema.type === 'array')
    return [exampleOf(schema.items ?? {}, name?.replace(/ies$/, 'y').replace(/s$/, ''))];
  if (schema.type === 'null') return null;
  const known = named[name ?? ''];
  if (typeof known === typeOf(schema.type)) return known;
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (schema.type === 'boolean') return true;
  return textExample(schema);
}

const typeOf = (type: string | undefined) => (type === 'integer' ? 'number' : (type ?? 'string'));

function objectExample(schema: JsonSchema): Record<string, unknown> {
  const entries = Object.entries(schema.properties ?? {});
  return Object.fromEntries(entries.map(([name, each]) => [name, exampleOf(each, name)]));
}

function textExample({ format, pattern, minLength }: JsonSchema): string {
  if (format === 'date') return '2031-03-10';
  if (format === 'date-time') return '2031-03-10T12:00:00.000Z';
  if (format === 'email') return 'ana.souza@example.com';
  if (pattern?.includes('0-9a-fA-F')) return '0193b7a4-5c00-7000-8000-000000000000';
  if (pattern?.startsWith('^\\d')) return '12345';
  if (pattern?.includes('[0-5]')) return '09:00';
  return 'texto'.padEnd(minLength ?? 0, 'o');
}
