import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { type OpenApi, postmanCollection } from '../scripts/postman/collection.ts';
import { removeFolder, startServer } from './support/server-process.ts';

const server = await startServer({ environment: { DEMO: '1', RATE_LIMITS: 'on' } });
after(async () => {
  await server.terminate();
  await removeFolder(server.folder);
});
const root = new URL('../', import.meta.url);

test('docs/postman.json is what the OpenAPI document gives (npm run docs:postman)', async () => {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
  const written: unknown = JSON.parse(await readFile(new URL('docs/postman.json', root), 'utf8'));
  assert.deepEqual(written, JSON.parse(JSON.stringify(postmanCollection(document))));
});

test('the collection runs from top to bottom against a fresh start with demo data', async () => {
  const newman = [
    'node_modules/newman/bin/newman.js',
    'run',
    'docs/postman.json',
    '--env-var',
    `baseUrl=${server.url}`,
    '--color',
    'off',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, newman, { cwd: root }).catch(
    (error: { stdout: string }) => {
      assert.fail(error.stdout.slice(-6000));
    },
  );
  assert.match(stdout, /assertions/);
});
