import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultCodes } from '@consulta/contracts';
import { Type } from 'typebox';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { createPublicApp } from './entrances.ts';
import { languageOf } from './language.ts';

const asked: [string | undefined, 'pt' | 'en'][] = [
  [undefined, 'pt'],
  ['', 'pt'],
  ['*', 'pt'],
  ['pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7', 'pt'],
  ['pt-BR,en', 'pt'],
  ['en', 'en'],
  ['EN-gb', 'en'],
  ['en-US,en;q=0.9', 'en'],
  ['en-US,en;q=0.9,pt-BR;q=0.8', 'en'],
  ['en;q=0.5, pt;q=0.6', 'pt'],
  ['pt;q=0, *', 'en'],
  ['fr-FR,en;q=0.3', 'en'],
  ['fr-FR', 'pt'],
  ['en;q=0', 'pt'],
  ['*;q=0', 'pt'],
  [';;q=,,\x7f=;en-', 'pt'],
  ['en;q=2;q="', 'en'],
  [`${'a-'.repeat(8_000)}`, 'pt'],
];

for (const [header, language] of asked) {
  test(`${header?.slice(0, 40)} is answered in ${language}`, () =>
    assert.equal(languageOf(header), language));
}

const app = await createPublicApp({
  log: createLog('silent'),
  metrics: createMetrics(),
  verifyToken: () => assert.fail('nobody needs a token'),
  counters: undefined,
});
const body = Type.Object(
  { name: Type.String({ minLength: 3, maxLength: 9 }) },
  { additionalProperties: false },
);
app.post('/names', { config: { permission: 'public', perMinute: 60 }, schema: { body } }, async () => ({}));

const refusal = async (headers: Record<string, string>, url = '/names') => {
  const answer = await app.inject({ method: 'POST', url, headers, payload: { name: 'x' } });
  return { headers: answer.headers, body: answer.json() };
};

test('words come in the language that is asked for, codes are the same in both', async () => {
  const [portuguese, english] = [await refusal({}), await refusal({ 'accept-language': 'en' })];
  assert.equal(portuguese.headers['content-language'], 'pt-BR');
  assert.equal(english.headers['content-language'], 'en');
  for (const { headers } of [portuguese, english]) assert.equal(headers.vary, 'Accept-Language');
  const [fault] = portuguese.body.errors;
  const told = { pointer: '/name', code: 'too_short' };
  assert.ok(faultCodes.includes(fault.code));
  assert.deepEqual(fault, { ...told, message: 'Deve ter no mínimo 3 caracteres' });
  assert.deepEqual(english.body.errors, [{ ...told, message: 'Must have at least 3 characters' }]);
  for (const name of ['title', 'detail']) assert.notEqual(portuguese.body[name], english.body[name], name);
  for (const name of ['type', 'status', 'code'])
    assert.equal(portuguese.body[name], english.body[name], name);
});

test('a route that is not there is refused in both languages as well', async () => {
  assert.equal((await refusal({}, '/nowhere')).body.detail, 'Esta rota não existe');
  assert.equal(
    (await refusal({ 'accept-language': 'en' }, '/nowhere')).body.detail,
    'There is no such route',
  );
  const unreadable = await app.inject({ url: '/%', headers: { 'accept-language': 'en' } });
  assert.equal(unreadable.json().detail, 'The address cannot be read');
});
