import { runAlone } from '@consulta/platform/alone';
import { outsideOf } from '@consulta/platform/alone/outside';
import { openShared } from '@consulta/platform/alone/shared';
import { openDiskBlobStore, openKeyRingFile } from '@consulta/platform/embedded';
import { configOrExit } from '@consulta/platform/process';
import { createAppointmentService } from './app.ts';
import { openHeadFiles } from './audit/head-files.ts';
import { readConfig } from './config.ts';
import { assertNoKeysNeeded } from './documents/key-rotation.ts';
import { appointmentMigrations } from './migrations.ts';
import { anyShares, personalShares } from './shares.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'appointment', connectionsMax: 16, migrations: appointmentMigrations },
  async (parts) => {
    const { pool, log, clientOf } = parts;
    const user = clientOf('user', config.userUrl, 'USER_URL');
    const { cache, fanout, counters } = await openShared(config.redis, parts);
    const outside = outsideOf({ userUrl: config.userUrl, user, fanout, counters, log });
    const service = await createAppointmentService({
      ...{ ...parts, cache, fanout, user, revocations: outside.revocations },
      schedule: clientOf('schedule', config.scheduleUrl, 'SCHEDULE_URL'),
      blobs: await openDiskBlobStore(config.filesFolder),
      keyRing: await openKeyRingFile(config.keysFile, { beforeMaking: () => assertNoKeysNeeded(pool) }),
      auditHeads: await openHeadFiles(config.auditFolder),
      bookingLimits: config.bookingLimits,
      shares: config.rateLimits ? personalShares : anyShares,
    });
    return { service, public: outside };
  },
);
