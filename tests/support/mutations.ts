import type { JsonSchema } from '@consulta/platform/http';
import type { Random } from './random.ts';

const uuid = '01930000-0000-7000-8000-000000000000';

/** A value that mostly fits the schema: the ground that mutations start from. */
export function sample(schema: JsonSchema, random: Random): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  if (schema.anyOf) return sample(random.pick(schema.anyOf), random);
  if (schema.type === 'object') {
    const required = new Set(schema.required);
    const entries = Object.entries(schema.properties ?? {}).filter(
      ([name]) => required.has(name) || random.chance(0.5),
    );
    return Object.fromEntries(entries.map(([name, each]) => [name, sample(each, random)]));
  }
  if (schema.type === 'array')
    return Array.from({ length: schema.minItems ?? 1 }, () => sample(schema.items ?? {}, random));
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
  if (schema.type === 'boolean') return random.chance(0.5);
  if (schema.type === 'null') return null;
  return sampleText(schema);
}

function sampleText({ format, pattern }: JsonSchema): string {
  if (format === 'date') return '2030-01-02';
  if (format === 'date-time') return '2030-01-02T10:00:00Z';
  if (format === 'email') return 'alguem@example.com';
  if (pattern?.includes('0-9a-fA-F')) return uuid;
  if (pattern?.startsWith('^\\d')) return '12345678901'.slice(0, Number(/\{(\d+)\}/.exec(pattern)?.[1] ?? 5));
  if (pattern?.startsWith('^\\+')) return '+5511987654321';
  if (pattern?.includes(':[0-5]')) return '09:00';
  return 'America/Sao_Paulo';
}

const hostileValues: ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => -1,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER + 2,
  () => 0.1,
  () => '',
  () => ' ',
  () => 'x'.repeat(20_000),
  () => '\u0000',
  () => '\ud800',
  () => '👩‍⚕️\u202e\u0301'.repeat(50),
  () => "'; DROP TABLE users; --",
  () => '../../etc/passwd',
  () => [],
  () => {
    return {};
  },
  () => [[[[[[[['deep']]]]]]]],
  () => nested(3_000),
  () => ({ constructor: { prototype: { admin: true } } }),
  (random) => Array.from({ length: 500 }, () => random.unit()),
  () => '2030-02-30',
  () => '99999-99-99T99:99:99Z',
  () => '+275760-09-13T00:00:00.001Z',
  () => 'America/Nowhere',
];

function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { a: value };
  return value;
}

/** The value with one part replaced, removed or added at a random place. */
export function mutate(value: unknown, random: Random): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && random.chance(0.9)) {
    const entries = Object.entries(value);
    const kind = random.below(10);
    if (kind === 0) return { ...value, [random.pick(['role', 'id', 'status', 'admin', 'é', ''])]: 'admin' };
    if (kind === 1 && entries.length > 0)
      return Object.fromEntries(entries.toSpliced(random.below(entries.length), 1));
    if (entries.length > 0) {
      const [name, old] = random.pick(entries);
      return { ...value, [name]: mutate(old, random) };
    }
  }
  if (Array.isArray(value) && value.length > 0 && random.chance(0.5))
    return [mutate(value[0], random), ...value.slice(1)];
  return random.pick(hostileValues)(random);
}
