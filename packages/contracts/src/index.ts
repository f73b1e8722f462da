export * from './appointments.ts';
export * from './errors.ts';
export * from './internal.ts';
export * from './permissions.ts';
export * from './primitives.ts';
export * from './schedules.ts';
export * from './topics.ts';
export * from './users.ts';
