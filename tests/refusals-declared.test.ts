import assert from 'node:assert/strict';
import { request as send } from 'node:http';
import { json } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { startSystem } from './support/system.ts';

/* What follows from what a route is, asked of each route as it is deployed: whoever declares it can answer it. */

const system = await startSystem();
after(() => system.stop());
const { routes } = system.standalone;
const id = '01930000-0000-7000-8000-000000000000';

async function codeOf(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<unknown> {
  const path = url.replaceAll(/:\w+/g, id);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const sent = send(system.api.url + path, { method, headers }, (response) => {
    json(response).then((answer) => resolve((answer as { code?: string }).code), reject);
  });
  sent.on('error', reject).end(body);
  return promise;
}

test('every route refuses a foreign name, and an address with a NUL character', async () => {
  for (const { method, url } of routes) {
    const foreign = await codeOf(method, url, { host: 'elsewhere.example' });
    assert.equal(foreign, 'misdirected', `${method} ${url}`);
    assert.equal(await codeOf(method, `${url}?x=%00`, {}), 'bad_request', `${method} ${url}`);
  }
});

test('every guarded route wants a token', async () => {
  for (const { method, url, permission } of routes) {
    if (permission === 'public') continue;
    assert.equal(await codeOf(method, url, {}), 'unauthorized', `${method} ${url}`);
  }
});

test('every public route that takes a body refuses one of another type, or too long', async () => {
  for (const { method, url, permission } of routes) {
    if (permission !== 'public' || method === 'GET') continue;
    const other = await codeOf(method, url, { 'content-type': 'text/plain' }, 'x');
    assert.equal(other, 'unsupported_media_type', `${method} ${url}`);
    const long = await codeOf(
      method,
      url,
      { 'content-type': 'application/json' },
      `"${'x'.repeat(300_000)}"`,
    );
    assert.equal(long, 'payload_too_large', `${method} ${url}`);
  }
});
