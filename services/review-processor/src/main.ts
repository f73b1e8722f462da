import { appointmentMigrations } from '@consulta/appointment/store/migrations';
import { loadAdapters, runAlone } from '@consulta/platform/alone';
import { becomeLean, configOrExit } from '@consulta/platform/process';
import { createReviewProcessor } from './app.ts';
import { readConfig } from './config.ts';

// What it does is done by the databases: it needs hardly any memory, and no fast code of its own.
await becomeLean(loadAdapters);
const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'review-processor', connectionsMax: 4, migrations: appointmentMigrations },
  async (parts) => ({
    service: createReviewProcessor({ ...parts, user: parts.clientOf('user', config.userUrl, 'USER_URL') }),
  }),
);
