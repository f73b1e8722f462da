import { runAlone } from '@consulta/platform/alone';
import { outsideOf } from '@consulta/platform/alone/outside';
import { configOrExit } from '@consulta/platform/process';
import { createScheduleService } from './app.ts';
import { readConfig } from './config.ts';
import { scheduleMigrations } from './migrations.ts';
import { slotsAheadDays } from './rolling/slots-ahead.ts';
import { slotsPerHourDefault } from './schedules/slots-made.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'schedule', connectionsMax: 16, migrations: scheduleMigrations },
  async ({ shared, ...parts }) => {
    const user = parts.clientOf('user', config.userUrl, 'USER_URL');
    const slotsPerHour = config.rateLimits ? slotsPerHourDefault : undefined;
    return {
      service: await createScheduleService({ ...parts, user, config: { slotsAheadDays, slotsPerHour } }),
      public: outsideOf({ ...parts, ...(await shared()) }, config.userUrl),
    };
  },
);
