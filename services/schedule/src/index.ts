export {
  createScheduleService,
  type ScheduleServiceDeps,
  scheduleMigrations,
} from './app.ts';
export { slotsAheadDays } from './rolling/slots-ahead.ts';
export { slotsPerHourDefault } from './schedules/slots-made.ts';
