export {
  createScheduleService,
  type ScheduleService,
  type ScheduleServiceDeps,
  scheduleMigrations,
} from './app.ts';
export { slotsPerHourDefault } from './schedules/slots-made.ts';
