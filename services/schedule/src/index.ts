export {
  createScheduleService,
  type ScheduleService,
  type ScheduleServiceDeps,
  scheduleMigrations,
} from './app.ts';
