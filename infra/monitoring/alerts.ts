/*
 * The alerts beside those by burn rate. A page means that patients are hurt or medical data is at risk; everything else is
 * a ticket.
 */

export type Alert = {
  name: string;
  severity: 'page' | 'ticket' | 'watchdog';
  service: string;
  summary: string;
  /** Durations in it and in `forSeconds` are in seconds, so that a drill can run on a faster clock. */
  expr: (range: (seconds: number) => string, seconds: (seconds: number) => number) => string;
  forSeconds: number;
};

const hour = 3_600;
const day = 24 * hour;

export const alerts: Alert[] = [
  {
    name: 'ServiceDown',
    severity: 'page',
    service: '{{ $labels.service }}',
    summary: 'No process of {{ $labels.service }} answers',
    expr: () => 'max by (service) (up{job="consulta"}) == 0',
    forSeconds: 60,
  },
  {
    name: 'DatabaseDown',
    severity: 'page',
    service: 'database',
    summary: 'A database does not answer ({{ $labels.reading }})',
    expr: () => 'max by (reading) (consulta_reading_up{reading=~"users|schedules|appointments"}) == 0',
    forSeconds: 60,
  },
  {
    name: 'BookingUndecided',
    severity: 'page',
    service: 'appointment-creator',
    summary: 'A patient waits for a decision since {{ $value | humanizeDuration }}',
    expr: (_range, seconds) => `max(consulta_booking_oldest_undecided_seconds) > ${seconds(60)}`,
    forSeconds: 0,
  },
  {
    name: 'AuditChainBroken',
    severity: 'page',
    service: 'appointment',
    summary: 'The audit trail no longer holds the head that was recorded outside the database',
    expr: () => 'max(consulta_audit_chain_broken) > 0',
    forSeconds: 0,
  },
  {
    name: 'InvariantBroken',
    severity: 'page',
    service: 'appointment',
    summary: 'What must never be was found: {{ $labels.invariant }}',
    expr: () => 'max by (invariant) (consulta_invariant_violations) > 0',
    forSeconds: 0,
  },
  {
    name: 'DeadLetter',
    severity: 'ticket',
    service: 'queues',
    summary: 'Messages of {{ $labels.topic }} were given up',
    expr: () => 'max by (topic) (consulta_queue_dead_letters) > 0',
    forSeconds: 0,
  },
  {
    name: 'PoisonMessage',
    severity: 'ticket',
    service: 'queues',
    summary: 'A message of {{ $labels.topic }} fails again and again',
    expr: (range) => `sum by (topic) (increase(consulta_queue_retries_total[${range(600)}])) >= 3`,
    forSeconds: 0,
  },
  {
    name: 'LoopStalled',
    severity: 'ticket',
    service: '{{ $labels.service }}',
    summary: 'The loop “{{ $labels.loop }}” has had no good round for long',
    expr: (_range, seconds) =>
      `time() - consulta_loop_last_success_timestamp_seconds > ${seconds(300)} + 2 * consulta_loop_idle_seconds`,
    forSeconds: 60,
  },
  {
    name: 'OutboxOld',
    severity: 'ticket',
    service: '{{ $labels.database }}',
    summary: 'Messages in the outbox of {{ $labels.database }} do not get out',
    expr: (_range, seconds) => `max by (database) (consulta_outbox_oldest_seconds) > ${seconds(60)}`,
    forSeconds: 60,
  },
  {
    name: 'PoolExhausted',
    severity: 'ticket',
    service: '{{ $labels.service }}',
    summary: 'Callers wait for connections of the pool “{{ $labels.pool }}”',
    expr: () =>
      'sum by (service, instance, pool) (consulta_pool_waiting) > 0 and ' +
      'sum by (service, instance, pool) (consulta_pool_connections_used) >= ' +
      'sum by (service, instance, pool) (consulta_pool_connections_max)',
    forSeconds: 300,
  },
  {
    name: 'DiskFills',
    severity: 'ticket',
    service: '{{ $labels.service }}',
    summary: 'The disk of the data folder will be full within 4 days',
    expr: (range, seconds) =>
      `predict_linear(consulta_data_folder_free_bytes[${range(6 * hour)}], ${seconds(4 * day)}) < 0`,
    forSeconds: hour,
  },
  {
    name: 'CertificateExpires',
    severity: 'ticket',
    service: '{{ $labels.service }}',
    summary: 'The served certificate ends in {{ $value | humanizeDuration }}',
    expr: (_range, seconds) =>
      `consulta_certificate_expiry_timestamp_seconds > 0 and ` +
      `consulta_certificate_expiry_timestamp_seconds - time() < ${seconds(21 * day)}`,
    forSeconds: hour,
  },
  {
    name: 'ReplicaDown',
    severity: 'ticket',
    service: '{{ $labels.service }}',
    summary: '{{ $labels.instance }} of {{ $labels.service }} does not answer; others do',
    expr: () => 'up{job="consulta"} == 0 and on (service) (max by (service) (up{job="consulta"}) == 1)',
    forSeconds: 900,
  },
  {
    name: 'ScrapeMissing',
    severity: 'ticket',
    service: 'monitoring',
    summary: 'Prometheus looks at no process of the system',
    expr: () => 'absent(up{job="consulta"})',
    forSeconds: 300,
  },
  {
    name: 'HalfBudgetSpent',
    severity: 'ticket',
    service: '{{ $labels.service }}',
    summary: 'Half of what may fail in 30 days has failed: {{ $labels.objective }}',
    expr: () =>
      'consulta:objective_bad:ratio_30d > on (objective) 0.5 * consulta:objective_budget:ratio and ' +
      'on (objective) consulta:objective_bad:increase_3d >= 10',
    forSeconds: 0,
  },
  {
    name: 'Watchdog',
    severity: 'watchdog',
    service: 'monitoring',
    summary: 'Always fires: whoever receives it outside calls when it falls silent',
    expr: () => 'vector(1)',
    forSeconds: 0,
  },
];
