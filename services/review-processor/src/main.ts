import { runAlone } from '@consulta/platform/embedded/alone';
import { configOrExit } from '@consulta/platform/process';
import { createReviewProcessor } from './app.ts';
import { readConfig } from './config.ts';

const config = configOrExit(readConfig);
await runAlone(config, { connectionsMax: 4 }, async ({ pool, bus, clientOf }) => ({
  service: createReviewProcessor({ pool, bus, user: clientOf(config.userUrl, 'USER_URL') }),
}));
