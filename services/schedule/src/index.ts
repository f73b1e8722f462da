export {
  createScheduleService,
  type ScheduleServiceDeps,
  scheduleMigrations,
} from './app.ts';
export { slotsPerHourDefault } from './schedules/slots-made.ts';
