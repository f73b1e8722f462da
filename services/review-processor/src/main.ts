import { runAlone } from '@consulta/platform/alone';
import { becomeLean, configOrExit } from '@consulta/platform/process';
import { createReviewProcessor } from './app.ts';
import { readConfig } from './config.ts';

// What it does is done by the databases: it needs hardly any memory, and no fast code of its own.
becomeLean();
const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'review-processor', connectionsMax: 4 },
  async ({ log, pool, bus, clientOf }) => ({
    service: createReviewProcessor({ log, pool, bus, user: clientOf('user', config.userUrl, 'USER_URL') }),
  }),
);
