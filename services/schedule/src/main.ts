import { runAlone } from '@consulta/platform/alone';
import { outsideOf } from '@consulta/platform/alone/outside';
import { openShared } from '@consulta/platform/alone/shared';
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
    const { fanout, counters } = await openShared(config.redis, parts);
    const slotsPerHour = rateLimits ? slotsPerHourDefault : undefined;
    return {
      service: await createScheduleService({ ...parts, user, config: { slotsAheadDays, slotsPerHour } }),
      public: outsideOf({ userUrl, user, fanout, counters, log: parts.log }),
    };
  },
);
