import assert from 'node:assert/strict';
import { join as joinPath } from 'node:path';
import { after, test } from 'node:test';
import { type Problem, permissions, type Role } from '@consulta/contracts';
import { openPool } from '@consulta/platform/database';
import { runningDatabaseUrl } from '@consulta/platform/embedded/postgres';
import type { DeployedRoute, JsonSchema } from '@consulta/platform/http';
import { exampleOf } from '@consulta/platform/openapi';
import { createAdministrator } from '@consulta/user';
import { doctorInput, freshEmail, join, password, patientInput, signIn } from './support/people.ts';
import { startSystem } from './support/system.ts';

/* Every field of every route in which people write for people, found by what its schema lets through. */

const system = await startSystem();
after(system.stop);
const { api, standalone } = system;

type Field = { route: DeployedRoute; part: 'body' | 'querystring'; path: string[]; schema: JsonSchema };

function fieldsOf(schema: JsonSchema, path: string[] = []): { path: string[]; schema: JsonSchema }[] {
  const { anyOf, items, properties } = schema;
  if (anyOf) return fieldsOf(anyOf[0] ?? {}, path);
  if (items) return fieldsOf(items, [...path, '0']);
  if (properties)
    return Object.entries(properties).flatMap(([name, each]) => fieldsOf(each, [...path, name]));
  return schema.type === 'string' ? [{ path, schema }] : [];
}

const lets = ({ pattern, format, const: constant, enum: values }: JsonSchema, text: string) =>
  [format, constant, values].every((each) => each === undefined) &&
  (pattern === undefined || new RegExp(pattern, 'u').test(text));

/** What nobody reads as text: secrets, and what is looked up as it is. */
const notForPeople = ['password', 'newPassword', 'refreshToken', 'identifier'];

const fields: Field[] = standalone.routes.flatMap((route) =>
  (['body', 'querystring'] as const).flatMap((part) =>
    fieldsOf((route.schema?.[part] ?? {}) as JsonSchema)
      .filter(({ path, schema }) => lets(schema, 'Zoë Ünal') && !notForPeople.includes(path.at(-1) ?? ''))
      .map((field) => ({ route, part, ...field })),
  ),
);
const lines = fields.filter(({ schema }) => !lets(schema, 'two\nlines'));

const tokens: Record<Role, string> = {
  patient: (await join(api, patientInput())).token,
  doctor: (await join(api, doctorInput())).token,
  admin: await administratorToken(),
};

async function administratorToken(): Promise<string> {
  const url = await runningDatabaseUrl(joinPath(system.folder, 'postgres'), 'users');
  const pool = openPool({ url, connectionsMax: 1 });
  const email = freshEmail('admin');
  await createAdministrator({ pool }, { email, password, fullName: 'Marta Figueiredo' });
  await pool.end();
  return (await signIn(api, email)).accessToken;
}

/** The faults that a request is told of which is right but for this text in this field. */
async function faultsWith({ route, part, path }: Field, text: string): Promise<Problem['errors']> {
  const id = '01930000-0000-7000-8000-000000000000';
  const url = route.url.replace('/api/v1', '').replaceAll(/:\w+/g, id);
  const role =
    route.permission in permissions
      ? permissions[route.permission as keyof typeof permissions][0]
      : undefined;
  const token = role && tokens[role];
  const asked = part === 'querystring' ? `${url}?${new URLSearchParams({ [path.join('.')]: text })}` : url;
  const body = part === 'body' ? changed(exampleOf(route.schema?.body as JsonSchema), path, text) : undefined;
  const answer = await api.call<Problem>(route.method as 'POST', asked, {
    ...(token ? { token } : {}),
    body,
  });
  assert.equal(answer.status, 400, `${route.method} ${asked} ${path.join('/')} ${escape(text)}`);
  return answer.body.errors;
}

function changed(value: unknown, [name, ...rest]: string[], text: string): unknown {
  if (name === undefined) return text;
  if (Array.isArray(value)) return [changed(value[0], rest, text)];
  const object = value as Record<string, unknown>;
  return { ...object, [name]: changed(object[name], rest, text) };
}

test('there are names, addresses, reasons and searches among them', () => {
  const names = new Set(lines.map(({ path }) => path.at(-1)));
  for (const name of ['fullName', 'socialName', 'street', 'city', 'reason', 'name', 'insurance', 'title']) {
    assert.ok(names.has(name), name);
  }
  assert.ok(fields.length > lines.length);
});

test('a line with characters that nobody sees, or that turn it around, is refused with words that say why', async () => {
  const refused = {
    '\u202eazuoS anA': 'Contém um caractere que muda a direção da escrita (U+202E)',
    'Ana\u2066': 'Contém um caractere que muda a direção da escrita (U+2066)',
    'A\u200bna': 'Contém um caractere invisível (U+200B)',
    '\u3164': 'Contém um caractere invisível (U+3164)',
    '\u200d': 'Não tem nada que se possa ver',
    'Ana\u0007': 'Contém um caractere de controle (U+0007)',
  };
  for (const field of lines) {
    for (const [text, message] of Object.entries(refused)) {
      const faults = await faultsWith(field, text);
      const pointer = `/${field.path.join('/')}`;
      const told = faults?.filter((each) => each.pointer === pointer).map((each) => each.message);
      assert.deepEqual(told, [message], `${field.route.method} ${field.route.url} ${pointer}`);
    }
  }
});

test('a text of nothing to see is refused everywhere', async () => {
  for (const field of fields) {
    for (const text of ['\u200d\u200c', '\u00a0 \u3000', '\u0301']) {
      const pointer = `/${field.path.join('/')}`;
      const faults = (await faultsWith(field, text))?.filter((each) => each.pointer === pointer);
      assert.deepEqual(
        faults?.map(({ message }) => message),
        ['Não tem nada que se possa ver'],
      );
    }
  }
});
