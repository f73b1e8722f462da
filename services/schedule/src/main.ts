import { runAlone } from '@consulta/platform/alone';
import { outsideOf } from '@consulta/platform/alone/outside';
import { inProcessFanout } from '@consulta/platform/embedded/in-process';
import { configOrExit } from '@consulta/platform/process';
import { createScheduleService } from './app.ts';
import { readConfig } from './config.ts';
import { scheduleMigrations } from './migrations.ts';
import { slotsAheadDays } from './rolling/slots-ahead.ts';
import { slotsPerHourDefault } from './schedules/slots-made.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'schedule', connectionsMax: 12, migrations: scheduleMigrations },
  async (parts) => {
    const { userUrl, rateLimits } = config;
    const user = parts.clientOf('user', userUrl, 'USER_URL');
    const slotsPerHour = rateLimits ? slotsPerHourDefault : undefined;
    return {
      service: await createScheduleService({ ...parts, user, config: { slotsAheadDays, slotsPerHour } }),
      public: outsideOf({ userUrl, user, fanout: inProcessFanout(parts.log), log: parts.log }),
    };
  },
);
