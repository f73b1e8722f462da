import { runAlone } from '@consulta/platform/alone';
import { openShared } from '@consulta/platform/alone/shared';
import { configOrExit } from '@consulta/platform/process';
import { createAppointmentCreator } from './app.ts';
import { readConfig } from './config.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'appointment-creator', connectionsMax: 8 },
  async ({ log, pool, bus, stops, clientOf }) => ({
    service: createAppointmentCreator({
      ...{ log, pool, bus, fanout: (await openShared(config.redis, { log, stops })).fanout },
      schedule: clientOf('schedule', config.scheduleUrl, 'SCHEDULE_URL'),
    }),
  }),
);
