/*
 * What patients may count on, written once. From here come the recording rules and the alerts by burn rate
 * (`rules.ts`), and what the dashboards show.
 */

/** A share of events that must be good. Both expressions are rates per second over a range such as `5m`. */
export type Objective = {
  name: 'booking' | 'search' | 'sign_in' | 'file_reading' | 'decision' | 'live_event';
  /** The service that is to blame first. */
  service: string;
  /** What is promised, for whoever reads an alert. */
  promise: string;
  /** The share of good events over 30 days. */
  target: number;
  bad: (range: string) => string;
  total: (range: string) => string;
};

/** A sum that is 0 where nothing was ever counted: what is absent must not make everything beside it absent. */
const sumRate = (series: string, range: string) => `(sum(rate(${series}[${range}])) or vector(0))`;

/** A request is good when it is answered without 5xx and, unless it asked to wait, within a time. */
function answered(
  of: Pick<Objective, 'name' | 'service' | 'promise' | 'target'>,
  route: { method: string; route: string; withinSeconds: number },
): Objective {
  const labels = `method="${route.method}",route="${route.route}"`;
  const seconds = 'consulta_http_request_duration_seconds';
  // Only what was answered below 500 is timed, so no request is bad twice.
  return {
    ...of,
    bad: (range) =>
      `${sumRate(`consulta_http_requests_total{${labels},class="5xx"}`, range)} + ` +
      `${sumRate(`${seconds}_count{${labels}}`, range)} - ` +
      sumRate(`${seconds}_bucket{${labels},le="${route.withinSeconds}"}`, range),
    total: (range) => sumRate(`consulta_http_requests_total{${labels}}`, range),
  };
}

/** An event is good when it takes no longer than a bound of its histogram. */
function within(
  of: Pick<Objective, 'name' | 'service' | 'promise' | 'target'>,
  { histogram, seconds }: { histogram: string; seconds: number },
): Objective {
  const total = (range: string) => sumRate(`${histogram}_count`, range);
  return {
    ...of,
    bad: (range) => `${total(range)} - ${sumRate(`${histogram}_bucket{le="${seconds}"}`, range)}`,
    total,
  };
}

export const objectives: Objective[] = [
  answered(
    {
      name: 'booking',
      service: 'appointment',
      promise: 'asking for an appointment is answered within 1 s',
      target: 0.999,
    },
    { method: 'POST', route: '/api/v1/appointments', withinSeconds: 1 },
  ),
  answered(
    {
      name: 'search',
      service: 'user',
      promise: 'searching for doctors is answered within 0.5 s',
      target: 0.999,
    },
    { method: 'GET', route: '/api/v1/doctors', withinSeconds: 0.5 },
  ),
  answered(
    { name: 'sign_in', service: 'user', promise: 'signing in is answered within 1 s', target: 0.999 },
    { method: 'POST', route: '/api/v1/auth/login', withinSeconds: 1 },
  ),
  answered(
    {
      name: 'file_reading',
      service: 'appointment',
      promise: 'a file begins to arrive within 1 s',
      target: 0.999,
    },
    { method: 'GET', route: '/api/v1/files/:id/content', withinSeconds: 1 },
  ),
  within(
    {
      name: 'decision',
      service: 'appointment-creator',
      promise: 'a request is decided within 3 s',
      target: 0.999,
    },
    { histogram: 'consulta_booking_decision_seconds', seconds: 3 },
  ),
  within(
    {
      name: 'live_event',
      service: 'appointment',
      promise: 'a change is announced within 1 s',
      target: 0.999,
    },
    { histogram: 'consulta_live_event_seconds', seconds: 1 },
  ),
];
