import { join } from 'node:path';
import { type AuditHeads, assertNoKeysNeeded, openHeadFiles } from '@consulta/appointment';
import type { Words } from '@consulta/contracts';
import {
  openDiskBlobStore,
  openKeyRingFile,
  openPgBossBus,
  watchDiskSpace,
} from '@consulta/platform/embedded';
import {
  inProcessCache,
  inProcessCounters,
  inProcessFanout,
  nearbyHints,
} from '@consulta/platform/embedded/in-process';
import type { Infrastructure, StopSequence } from '@consulta/platform/hosting';
import type { Bus } from '@consulta/platform/messaging';
import { createMetrics, type Log, type OnStep, unusablePath } from '@consulta/platform/process';
import { assertNoSigningKeysSealed } from '@consulta/user';
import type { StandaloneConfig } from './config.ts';
import { type Databases, openDatabases } from './databases.ts';
import { lockFolder } from './folder-lock.ts';

export type EmbeddedInfrastructure = Infrastructure & {
  auditHeads: AuditHeads;
  databases: Databases;
  /** What the machine runs out of. */
  lack: () => Words | undefined;
};

type Options = { log: Log; stops: StopSequence; onStep: OnStep; wrapBus?: (bus: Bus) => Bus };

/** One that is just stopping takes at most this long. */
const lockWaitMs = 10_000;

/** Everything that services stand on, in this process and in the data folder; `stops` learns how each part ends. */
export async function embeddedInfrastructure(
  config: StandaloneConfig,
  { log, stops, onStep, wrapBus = (bus) => bus }: Options,
): Promise<EmbeddedInfrastructure> {
  stops.add(
    'folder lock',
    100,
    await at('DATA_DIR', config.dataFolder, lockFolder(config.dataFolder, lockWaitMs)),
  );
  await onStep('folder locked');
  const metrics = createMetrics();
  const space = await watchDiskSpace({ folder: config.dataFolder, log, metrics });
  stops.add('watch on the disk', 100, space.stop);
  const databases = await openDatabases({ dataFolder: config.dataFolder, log, stops, onStep });
  const queues = await openPgBossBus({ pool: databases.bus, log, metrics, alone: true });
  stops.add('queues', 400, queues.close);
  await onStep('queues opened');
  const blobs = await openDiskBlobStore(join(config.dataFolder, 'files'));
  await onStep('folder of files made');
  const beforeMaking = async () => {
    await assertNoKeysNeeded(databases.appointment);
    await assertNoSigningKeysSealed(databases.user);
  };
  const keyRing = await at('KEYS_FILE', config.keysFile, openKeyRingFile(config.keysFile, { beforeMaking }));
  await onStep('key file made');
  const auditHeads = await at('AUDIT_DIR', config.auditFolder, openHeadFiles(config.auditFolder));
  await onStep('folder of audit heads made');
  return {
    ...{
      log,
      metrics,
      bus: wrapBus(nearbyHints(queues, log)),
      cache: inProcessCache(),
      fanout: inProcessFanout(log),
      counters: inProcessCounters(),
    },
    ...{ blobs, keyRing, auditHeads, databases, lack: space.lack },
  };
}

/** Waits for what opens a path, and names the variable that gave it where it cannot be used. */
const at = <Opened>(variable: string, path: string, opened: Promise<Opened>): Promise<Opened> =>
  opened.catch((error: unknown) => {
    throw unusablePath(variable, path, error);
  });
