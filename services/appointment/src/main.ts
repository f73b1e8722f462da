import { runAlone } from '@consulta/platform/alone';
import { outsideOf } from '@consulta/platform/alone/outside';
import { configOrExit } from '@consulta/platform/process';
import { createAppointmentService } from './app.ts';
import { openHeadFiles } from './audit/head-files.ts';
import { headObjects } from './audit/head-objects.ts';
import { readConfig } from './config.ts';
import { assertNoKeysNeeded } from './documents/key-rotation.ts';
import { appointmentMigrations } from './migrations.ts';
import { anyShares, personalShares } from './shares.ts';

const config = configOrExit(readConfig);
await runAlone(
  config,
  { name: 'appointment', connectionsMax: 22, migrations: appointmentMigrations },
  async ({ shared, ...given }) => {
    const parts = { ...given, ...(await shared()) };
    const { pool, clientOf } = parts;
    const { auditFolder } = config.keepers;
    const headTexts = await parts.headTexts();
    const outside = outsideOf(parts, config.userUrl);
    const service = await createAppointmentService({
      ...{ ...parts, revocations: outside.revocations },
      user: clientOf('user', config.userUrl, 'USER_URL'),
      schedule: clientOf('schedule', config.scheduleUrl, 'SCHEDULE_URL'),
      blobs: await parts.blobs(),
      keyRing: await parts.keyRing(() => assertNoKeysNeeded(pool)),
      auditHeads: headTexts ? headObjects(headTexts) : await openHeadFiles(auditFolder),
      bookingLimits: config.bookingLimits,
      shares: config.rateLimits ? personalShares : anyShares,
    });
    return { service, public: outside };
  },
);
