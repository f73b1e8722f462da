export { createScheduleService, type ScheduleServiceDeps } from './app.ts';
export { scheduleMigrations } from './migrations.ts';
export { slotsAheadDays } from './rolling/slots-ahead.ts';
export { slotsPerHourDefault } from './schedules/slots-made.ts';
