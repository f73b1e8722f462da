import { runAlone } from '@consulta/platform/alone';
import { outsideOf } from '@consulta/platform/alone/outside';
import { openShared } from '@consulta/platform/alone/shared';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { configOrExit } from '@consulta/platform/process';
import { createUserService } from './app.ts';
import { readConfig } from './config.ts';
import { userMigrations } from './migrations.ts';
import { networkLimits } from './registration/networks.ts';
import { assertNoSigningKeysSealed } from './tokens/key-rotation.ts';

const config = configOrExit(readConfig);
await runAlone(config, { name: 'user', connectionsMax: 12, migrations: userMigrations }, async (parts) => {
  const { log, metrics, clientOf } = parts;
  const { doctorVerification, registrationLimits } = config;
  const beforeMaking = () => assertNoSigningKeysSealed(parts.pool);
  const keyRing = await openKeyRingFile(config.keysFile, { beforeMaking });
  const { cache, fanout, counters } = await openShared(config.redis, parts);
  const networks = registrationLimits && (await networkLimits(registrationLimits, { keyRing, log, metrics }));
  const service = await createUserService({
    ...{ ...parts, cache, fanout, keyRing },
    schedule: clientOf('schedule', config.scheduleUrl, 'SCHEDULE_URL'),
    config: { doctorVerification, networks },
  });
  // It asks itself, as every other service asks it.
  const userUrl = `http://127.0.0.1:${config.internal.port}`;
  return {
    service,
    public: outsideOf({ userUrl, user: clientOf('user', userUrl, 'USER_URL'), fanout, counters, log }),
  };
});
