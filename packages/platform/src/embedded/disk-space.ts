import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { details } from '@consulta/contracts/details';
import type { Words } from '@consulta/contracts/words';
import type { Log } from '../process/log.ts';
import { gauge, type Metrics } from '../process/metric-definitions.ts';
import { noteLoop } from '../process/vitals.ts';

export type DiskSpace = {
  /** What there is too little of; undefined while there is enough. */
  lack: () => Words | undefined;
  stop: () => Promise<void>;
};

export type DiskSpaceLimits = {
  /** Kept back in a file, which is given up when the disk is full. */
  reserveBytes: number;
  /** Below this the reserve is given up. */
  lowBytes: number;
  /** Above this, the reserve apart, the disk is no longer full. */
  enoughBytes: number;
};

const mebibyte = 1024 * 1024;
const usualLimits: DiskSpaceLimits = {
  reserveBytes: 64 * mebibyte,
  lowBytes: 32 * mebibyte,
  enoughBytes: 256 * mebibyte,
};
const lookEveryMs = 1_000;

const freeSpace = gauge({
  name: 'consulta_data_folder_free_bytes',
  unit: 'bytes',
  meaning: 'Space that this process can still write where the data folder lies',
  labels: {},
});

export const diskMetrics = [freeSpace];

/** Bytes that this process can still write where the folder lies. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Watches the space where a data folder lies, and keeps a reserve in its file `reserve`. On a full disk PostgreSQL
 * can neither start nor write what a deletion needs; then the reserve is given up for that, and made again once there
 * is enough. The first look is over when this resolves: call it before anything that writes starts.
 */
export async function watchDiskSpace(options: {
  folder: string;
  log: Log;
  metrics: Metrics;
  limits?: Partial<DiskSpaceLimits>;
}): Promise<DiskSpace> {
  const { folder, log, metrics } = options;
  const noted = noteLoop({ name: 'disk space', idleMs: lookEveryMs });
  const limits = { ...usualLimits, ...options.limits };
  const file = join(folder, 'reserve');
  let reserved = (await sizeOf(file)) === limits.reserveBytes;
  let free = await freeBytes(folder);
  let looking = Promise.resolve();

  const giveUpIfLow = async () => {
    free = await freeBytes(folder);
    if (free >= limits.lowBytes || !reserved) return;
    await rm(file, { force: true });
    reserved = false;
    log.error({ freeBytes: free }, 'the disk is full; the reserve is given up, make space');
  };
  const reserveIfEnough = async () => {
    if (reserved || free < limits.reserveBytes + limits.enoughBytes) return;
    await writeZeros(file, limits.reserveBytes);
    reserved = true;
  };
  const look = () =>
    giveUpIfLow()
      .then(reserveIfEnough)
      .then(noted.succeeded)
      .catch((error: unknown) => {
        noted.failed();
        log.warn({ err: error }, 'the space on the disk could not be looked after');
      });

  await giveUpIfLow();
  metrics.gauge(freeSpace, (shown) => shown.set(free));
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, lookEveryMs);
  timer.unref();
  return {
    lack: () => {
      if (reserved || free >= limits.enoughBytes) return undefined;
      return details.diskLow(Math.floor(free / mebibyte));
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
      noted.ended();
    },
  };
}

const sizeOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => undefined,
  );

/** Really takes the space, which a file that is only made long does not. */
async function writeZeros(file: string, bytes: number): Promise<void> {
  const unfinished = `${file}.unfinished`;
  const zeros = Buffer.alloc(mebibyte);
  const handle = await open(unfinished, 'w', 0o600);
  try {
    for (let written = 0; written < bytes; ) {
      written += (await handle.write(zeros, 0, Math.min(zeros.length, bytes - written))).bytesWritten;
    }
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
}
