import { runAlone } from '@consulta/platform/alone';
import { outsideOf } from '@consulta/platform/alone/outside';
import { configOrExit } from '@consulta/platform/process';
import { createUserService } from './app.ts';
import { readConfig } from './config.ts';
import { userMigrations } from './migrations.ts';
import { networkLimits } from './registration/networks.ts';
import { assertNoSigningKeysSealed } from './tokens/key-rotation.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'user', connectionsMax: 24, migrations: userMigrations },
  async ({ shared, ...given }) => {
    const parts = { ...given, ...(await shared()) };
    const { clientOf, internalUrl } = parts;
    const { doctorVerification, registrationLimits } = config;
    const keyRing = await parts.keyRing(() => assertNoSigningKeysSealed(parts.pool));
    const networks = registrationLimits && (await networkLimits(registrationLimits, { ...parts, keyRing }));
    const service = await createUserService({
      ...{ ...parts, keyRing },
      schedule: clientOf('schedule', config.scheduleUrl, 'SCHEDULE_URL'),
      config: { doctorVerification, networks },
    });
    // It asks itself, as every other service asks it.
    return { service, public: outsideOf(parts, internalUrl) };
  },
);
