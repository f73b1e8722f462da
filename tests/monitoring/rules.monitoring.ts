import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { alerts } from '../../infra/monitoring/alerts.ts';
import { ruleFile } from '../../infra/monitoring/rules.ts';
import { definitionOf } from '../support/metrics.ts';

/*
 * The rules and the configuration, held to by Prometheus' and Alertmanager's own tools. The cases are written by hand.
 */

const run = promisify(execFile);
const has = (program: string) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const skipRules = !has('promtool') && 'promtool is missing (see .ci/packages)';
const skipRoutes = !has('amtool') && 'amtool is missing (see .ci/packages)';

const monitoring = new URL('../../infra/monitoring/', import.meta.url).pathname;
const rulesPath = join(monitoring, 'rules/consulta.yaml');
const rulesText = await readFile(rulesPath, 'utf8');

type Check = { expr: string; exp_samples: { value: number }[] };
type Cases = { rule_files: string[]; tests: { name: string; promql_expr_test: Check[] }[] };
const cases: Cases = parse(await readFile(join(monitoring, 'rules/cases.yaml'), 'utf8'));

const folder = await mkdtemp(join(tmpdir(), 'consulta-rules-'));
after(() => rm(folder, { recursive: true, force: true }));

test('Prometheus takes every rule', { skip: skipRules }, async () => {
  await run('promtool', ['check', 'rules', rulesPath]);
});

test('every case comes out as it was worked out by hand', { skip: skipRules }, async () => {
  await run('promtool', ['test', 'rules', join(monitoring, 'rules/cases.yaml')]);
});

const names = [...new Set(alerts.map(({ name }) => name)), 'BudgetBurnsFast', 'BudgetBurnsSlowly'];

test('each alert has a case that fires and one that stays quiet', () => {
  const checks = cases.tests.flatMap(({ promql_expr_test }) => promql_expr_test);
  for (const name of names) {
    const of = checks.filter(({ expr }) => expr.includes(`alertname="${name}"`));
    assert.ok(
      of.some(({ exp_samples: [sample] }) => (sample?.value ?? 0) > 0),
      `${name} never fires`,
    );
    // It always fires.
    if (name === 'Watchdog') continue;
    assert.ok(
      of.some(({ exp_samples: [sample] }) => sample?.value === 0),
      `${name} is never quiet`,
    );
  }
});

test('alerts and runbooks match one to one, and each alert leads to its own', async () => {
  const found = (await readdir(new URL('../../docs/runbooks/', import.meta.url))).toSorted();
  assert.deepEqual(found, names.map((name) => `${name}.md`).toSorted());
  for (const { alert, annotations } of ruleFile().groups.flatMap(({ rules }) => rules)) {
    if (alert) assert.equal(annotations?.runbook, `docs/runbooks/${alert}.md`);
  }
});

test('a rule uses only metrics that the system exports, those of Prometheus itself, and those it records', () => {
  const foreign = ['up'];
  const { groups } = ruleFile();
  for (const { expr } of groups.flatMap(({ rules }) => rules)) {
    for (const [name] of expr.matchAll(/\b(consulta|process|nodejs)_\w+/g)) {
      assert.ok(definitionOf({ name }), `${name} in ${expr}`);
    }
    for (const [, name = ''] of expr.matchAll(/\b([a-z_]+)\{/g)) {
      assert.ok(
        foreign.includes(name) || definitionOf({ name }) || /^(bad|ratio|increase)_/.test(name),
        name,
      );
    }
    for (const [, bound] of expr.matchAll(/_bucket\{[^}]*le="([\d.]+)"/g)) {
      const [, metric = ''] = /(\w+)_bucket/.exec(expr) ?? [];
      const definition = definitionOf({ name: metric });
      assert.ok(definition?.kind === 'histogram' && definition.bounds.includes(Number(bound)), expr);
    }
  }
});

/** What is wrong, what it changes in the rules, and the case that must notice. */
const faults: [what: string, from: RegExp, to: string, by: RegExp][] = [
  [
    'a long window in place of a short one',
    /ratio_5m\{objective="booking"\}/g,
    'ratio_1h{objective="booking"}',
    /have been fine since/,
  ],
  ['good events counted as bad', /class="5xx"/g, 'class="2xx"', /quick and none fails/],
  ['no floor on failed events', />= 10/g, '>= 0', /quiet night/],
  ['a factor ten times too high', /> 0\.0144/g, '> 0.144', /five good hours/],
  ['a factor too low', /> 0\.006/g, '> 0.0006', /0\.15% of bookings/],
  ['slow requests forgotten', /le="1"/g, 'le="+Inf"', /2% are slow/],
  ['another threshold for search', /le="0\.5"/g, 'le="1"', /2% of search/],
  [
    'one replica taken for all',
    /max by \(service\) \(up\{job="consulta"\}\) == 0/g,
    'min by (service) (up{job="consulta"}) == 0',
    /one replica stays away/,
  ],
  ['no patience with a deploy', /for: 15m/g, 'for: 1m', /a deploy takes/],
  ['missing data taken for health', /absent\(up/g, 'count(up', /nothing is scraped/],
  [
    'the chain turned round',
    /consulta_audit_chain_broken\) > 0/g,
    'consulta_audit_chain_broken) == 0',
    /AuditChainBroken/,
  ],
];

for (const [what, from, to, by] of faults) {
  test(`a planted fault is caught: ${what}`, { skip: skipRules }, async () => {
    const planted = rulesText.replace(from, to);
    assert.notEqual(planted, rulesText, 'nothing was planted');
    await writeFile(join(folder, 'consulta.yaml'), planted);
    const tests = cases.tests.filter(({ name }) => by.test(name));
    assert.ok(tests.length > 0, 'no case');
    await writeFile(join(folder, 'cases.yaml'), stringify({ ...cases, tests }));
    await assert.rejects(run('promtool', ['test', 'rules', join(folder, 'cases.yaml')]));
  });
}

for (const messenger of ['slack', 'teams']) {
  const file = join(monitoring, `alertmanager/${messenger}.yaml`);
  test(`Alertmanager takes the configuration for ${messenger}`, { skip: skipRoutes }, async () => {
    await run('amtool', ['check-config', file]);
  });

  test(`every alert reaches one receiver of ${messenger}, the one for its severity`, {
    skip: skipRoutes,
  }, async () => {
    const rules = ruleFile().groups.flatMap((group) => group.rules);
    const labels = rules.flatMap(({ alert, labels: of }) =>
      alert ? [{ alertname: alert, severity: '', ...of }] : [],
    );
    assert.ok(labels.length > 20);
    for (const each of labels) {
      const pairs = Object.entries(each).map(([label, value]) => `${label}=${value.replace(/\W/g, '')}`);
      const { stdout } = await run('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...pairs]);
      assert.deepEqual(stdout.trim().split(/[\s,]+/), [each.severity], each.alertname);
    }
  });
}
