import { appointmentMigrations } from '@consulta/appointment/store/migrations';
import { runAlone } from '@consulta/platform/alone';
import { configOrExit } from '@consulta/platform/process';
import { createAppointmentCreator } from './app.ts';
import { readConfig } from './config.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'appointment-creator', connectionsMax: 8, migrations: appointmentMigrations },
  async (parts) => ({
    service: createAppointmentCreator({
      ...{ ...parts, ...(await parts.shared()) },
      schedule: parts.clientOf('schedule', config.scheduleUrl, 'SCHEDULE_URL'),
    }),
  }),
);
