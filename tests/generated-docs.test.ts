import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { databaseDocs } from '../scripts/docs/database.ts';
import { errorDocs } from '../scripts/docs/errors.ts';
import { metricDocs } from '../scripts/docs/metrics.ts';
import { monitoringFiles } from '../scripts/docs/monitoring.ts';

const page = (name: string) => readFile(new URL(`../docs/${name}`, import.meta.url), 'utf8');

test('docs/errors.md lists the errors that exist (npm run docs)', async () => {
  assert.equal(await page('errors.md'), errorDocs());
});

test('docs/database.md shows what the migrations make (npm run docs)', async () => {
  assert.equal(await page('database.md'), await databaseDocs());
});

test('docs/metrics.md lists the metrics that exist (npm run docs)', async () => {
  assert.equal(await page('metrics.md'), metricDocs());
});

test('the rules of Prometheus and the configurations of Alertmanager are those that the code makes (npm run docs)', async () => {
  for (const [path, text] of Object.entries(monitoringFiles())) {
    assert.equal(await readFile(new URL(`../${path}`, import.meta.url), 'utf8'), text, path);
  }
});
