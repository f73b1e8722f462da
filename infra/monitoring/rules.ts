import { type Alert, alerts } from './alerts.ts';
import { type Objective, objectives } from './objectives.ts';

type Rule = {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
};
export type RuleFile = { groups: { name: string; interval: string; rules: Rule[] }[] };

const windows = {
  '5m': 300,
  '30m': 1_800,
  '1h': 3_600,
  '2h': 7_200,
  '6h': 21_600,
  '1d': 86_400,
  '3d': 259_200,
  '30d': 2_592_000,
};
type Window = keyof typeof windows;

/** Over these, failed events are counted too: with fewer than {@link failedMin} nobody is woken. */
const counted: Window[] = ['1h', '6h', '1d', '3d'];
const failedMin = 10;

/**
 * When a budget burns too fast, over a long window that tells how much and a short one that tells it still does (Google,
 * The Site Reliability Workbook, chapter 5, table 5-8; the second step of tickets as Sloth adds it).
 */
const burns = {
  page: [
    { factor: 14.4, long: '1h', short: '5m' },
    { factor: 6, long: '6h', short: '30m' },
  ],
  ticket: [
    { factor: 3, long: '1d', short: '2h' },
    { factor: 1, long: '3d', short: '6h' },
  ],
} as const;

/** Below whatever serves the project's pages and Grafana. */
const places = { runbook: 'docs/runbooks', dashboard: '/d/consulta-overview' };

/**
 * The rules of Prometheus.
 *
 * @param scale how many times faster than life all their durations run; 1 but for drills
 */
export function ruleFile(scale = 1): RuleFile {
  const seconds = (real: number) => real / scale;
  const range = (real: number) => durationOf(seconds(real));
  const interval = range(60);
  const rate = (window: Window) => range(windows[window]);
  const recorded = objectives.flatMap((objective) =>
    recordings(objective, rate, (window) => seconds(windows[window])),
  );
  return {
    groups: [
      { name: 'objectives', interval, rules: recorded },
      { name: 'budgets', interval, rules: objectives.flatMap((objective) => burnAlerts(objective)) },
      { name: 'alerts', interval: range(30), rules: alerts.map((alert) => alertRule(alert, range, seconds)) },
    ],
  };
}

/** In whole milliseconds at least, by the largest unit that divides them. */
function durationOf(seconds: number): string {
  const ms = Math.max(1, Math.round(seconds * 1000));
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const unit = units.find(([, size]) => ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}

function recordings(
  objective: Objective,
  rate: (window: Window) => string,
  long: (window: Window) => number,
): Rule[] {
  const { name, service, target, bad, total } = objective;
  const labels = { objective: name, service };
  const ratios = (Object.keys(windows) as Window[]).map((window) => ({
    record: `consulta:objective_bad:ratio_${window}`,
    // Where nothing happened nothing failed.
    expr: `(${bad(rate(window))}) / (${total(rate(window))} > 0) or vector(0)`,
    labels,
  }));
  const increases = counted.map((window) => ({
    record: `consulta:objective_bad:increase_${window}`,
    expr: `(${bad(rate(window))}) * ${long(window)}`,
    labels,
  }));
  const budget = { record: 'consulta:objective_budget:ratio', expr: `vector(${budgetOf(target)})`, labels };
  return [budget, ...ratios, ...increases];
}

/** What may fail, without the noise of binary fractions. */
const budgetOf = (target: number) => Number((1 - target).toPrecision(6));

function burnAlerts({ name, service, promise, target }: Objective): Rule[] {
  return (['page', 'ticket'] as const).map((severity) => {
    const conditions = burns[severity].map(({ factor, long, short }) => {
      const most = Number((factor * budgetOf(target)).toPrecision(6));
      const of = (record: string) => `consulta:objective_bad:${record}{objective="${name}"}`;
      return `(${of(`ratio_${long}`)} > ${most} and ${of(`ratio_${short}`)} > ${most} and ${of(`increase_${long}`)} >= ${failedMin})`;
    });
    const alert = severity === 'page' ? 'BudgetBurnsFast' : 'BudgetBurnsSlowly';
    return {
      alert,
      expr: conditions.join(' or '),
      labels: { severity, service, objective: name },
      annotations: annotationsOf(alert, `Too often it does not hold that ${promise}`),
    };
  });
}

const alertRule = (
  { name, severity, service, summary, expr, forSeconds }: Alert,
  range: (seconds: number) => string,
  seconds: (seconds: number) => number,
): Rule => ({
  alert: name,
  expr: expr(range, seconds),
  ...(forSeconds > 0 ? { for: range(forSeconds) } : {}),
  labels: { severity, service },
  annotations: annotationsOf(name, summary),
});

const annotationsOf = (alert: string, summary: string) => ({
  summary,
  runbook: `${places.runbook}/${alert}.md`,
  dashboard: places.dashboard,
});
