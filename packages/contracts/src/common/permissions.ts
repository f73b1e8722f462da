export const roles = ['patient', 'doctor', 'admin'] as const;
export type Role = (typeof roles)[number];

const everyone: readonly Role[] = roles;
const patient: readonly Role[] = ['patient'];
const doctor: readonly Role[] = ['doctor'];
const participants: readonly Role[] = ['patient', 'doctor'];
const admin: readonly Role[] = ['admin'];

/**
 * What can be done, and by which roles. Whose resource it must be is part of the query that reads or
 * changes it (OWASP API1): a row that is not the caller's is not found.
 */
export const permissions = {
  'account:read-own': everyone,
  'account:change-own': everyone,
  'account:delete-own': everyone,
  'session:manage-own': everyone,
  'doctor:administer': admin,
  'schedule:create': doctor,
  'schedule:read-own': doctor,
  'schedule:change-own': doctor,
  'booking-settings:manage-own': doctor,
  'appointment:request': patient,
  'appointment:read': participants,
  'appointment:annotate': patient,
  'appointment:decide': doctor,
  'appointment:attend': doctor,
  'appointment:cancel': participants,
  'appointment:withdraw': patient,
  'event:follow': participants,
  'feedback:give': patient,
  'feedback:read': patient,
  'review:read': everyone,
  'review:reply': doctor,
  'acquaintance:list-doctors': patient,
  'acquaintance:list-patients': doctor,
  'figure:read-own': doctor,
  'file:upload': patient,
  'file:list-own': patient,
  'file:read': participants,
  'file:delete': patient,
  'file:share': patient,
  'medical-report:issue': doctor,
  'medical-report:read': participants,
  'medical-report:correct': doctor,
  'access-log:read-own': patient,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;
