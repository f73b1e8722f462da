/** Where people are told; one setting chooses. */
export type Messenger = 'slack' | 'teams';

const title = '[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} ({{ .CommonLabels.service }})';
const text =
  '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.runbook }}\n{{ .Annotations.dashboard }}\n{{ end }}';

/**
 * Alertmanager's configuration (0.28 or later). Addresses come from files, which hold secrets: that of the messenger for
 * pages and for tickets, and that of whoever calls when the Watchdog falls silent.
 *
 * @param secrets the folder of those files
 */
export function alertmanagerConfig(messenger: Messenger, secrets = '/etc/consulta/alerting') {
  const receiver = (name: 'page' | 'ticket') => {
    const address = { send_resolved: true };
    return messenger === 'slack'
      ? { name, slack_configs: [{ ...address, api_url_file: `${secrets}/${name}`, title, text }] }
      : { name, msteamsv2_configs: [{ ...address, webhook_url_file: `${secrets}/${name}`, title, text }] };
  };
  return {
    route: {
      // Every alert has a severity; one without is a fault of ours, and wakes somebody rather than nobody.
      receiver: 'page',
      group_by: ['alertname', 'service'],
      group_wait: '10s',
      group_interval: '1m',
      repeat_interval: '4h',
      routes: [
        {
          receiver: 'watchdog',
          matchers: ['severity="watchdog"'],
          group_wait: '0s',
          group_interval: '1m',
          repeat_interval: '1m',
        },
        { receiver: 'ticket', matchers: ['severity="ticket"'], repeat_interval: '24h' },
      ],
    },
    inhibit_rules: inhibitions,
    receivers: [
      receiver('page'),
      receiver('ticket'),
      { name: 'watchdog', webhook_configs: [{ url_file: `${secrets}/watchdog`, send_resolved: false }] },
    ],
  };
}

/** What explains what: the follower is not told while its cause fires. */
const inhibitions = [
  // A page of a service silences its tickets.
  { source_matchers: ['severity="page"'], target_matchers: ['severity="ticket"'], equal: ['service'] },
  // A budget that burns fast burns slowly too.
  {
    source_matchers: ['alertname="BudgetBurnsFast"'],
    target_matchers: ['alertname=~"BudgetBurnsSlowly|HalfBudgetSpent"'],
    equal: ['objective'],
  },
  // Without its database nothing works.
  {
    source_matchers: ['alertname="DatabaseDown"'],
    target_matchers: [
      'alertname=~"BudgetBurnsFast|BudgetBurnsSlowly|BookingUndecided|LoopStalled|OutboxOld|PoolExhausted|PoisonMessage"',
    ],
  },
  {
    source_matchers: ['alertname="ServiceDown"'],
    target_matchers: ['alertname=~"ReplicaDown|LoopStalled"'],
    equal: ['service'],
  },
];
