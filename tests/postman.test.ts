import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { type OpenApi, postmanCollection } from '../scripts/docs/postman/collection.ts';
import { flow } from '../scripts/docs/postman/flow.ts';
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

type Run = {
  run: {
    failures: { error: { message: string }; source?: { name: string } }[];
    executions: { item: { name: string }; response?: { code: number } }[];
  };
};

/** Runs the collection as newman does from a shell, whose exit code tells less than its report. */
async function runCollection(): Promise<Run['run']> {
  const report = join(server.folder, 'newman.json');
  const reporting = ['--reporters', 'json', '--reporter-json-export', report];
  const parameters = ['run', 'docs/postman.json', '--env-var', `baseUrl=${server.url}`, ...reporting];
  const newman = ['node_modules/newman/bin/newman.js', ...parameters];
  const failed = await promisify(execFile)(process.execPath, newman, { cwd: root }).then(
    () => undefined,
    (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
  );
  const text = await readFile(report, 'utf8').catch(() => assert.fail(failed ?? 'newman left no report'));
  return (JSON.parse(text) as Run).run;
}

test('the collection runs from top to bottom against a fresh start with demo data', async () => {
  const { failures, executions } = await runCollection();
  assert.deepEqual(
    failures.map(({ source, error }) => `${source?.name}: ${error.message}`),
    [],
  );
  assert.equal(executions.length, flow.length);
  const refused = executions.filter(({ response }) => !response || response.code >= 400);
  assert.deepEqual(
    refused.map(({ item, response }) => `${item.name}: ${response?.code}`),
    [],
  );
});
