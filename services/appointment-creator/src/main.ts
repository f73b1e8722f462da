import { runAlone } from '@consulta/platform/alone';
import { inProcessFanout } from '@consulta/platform/embedded/in-process';
import { configOrExit } from '@consulta/platform/process';
import { createAppointmentCreator } from './app.ts';
import { readConfig } from './config.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'appointment-creator', connectionsMax: 8 },
  async ({ log, pool, bus, clientOf }) => ({
    service: createAppointmentCreator({
      ...{ log, pool, bus, fanout: inProcessFanout(log) },
      schedule: clientOf('schedule', config.scheduleUrl, 'SCHEDULE_URL'),
    }),
  }),
);
