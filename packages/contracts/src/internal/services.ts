/** Who calls and answers on internal routes: each service by one name, wherever it runs. */
export const serviceNames = [
  'user',
  'schedule',
  'appointment',
  'appointment-creator',
  'review-processor',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export const isServiceName = (value: unknown): value is ServiceName =>
  serviceNames.some((name) => name === value);
