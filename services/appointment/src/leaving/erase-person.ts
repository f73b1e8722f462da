import type { BlobStore } from '@consulta/platform/blobs';
import type { Log, OnStep } from '@consulta/platform/process';
import type { Kysely } from 'kysely';
import { eraseFilesOf, revokeGrantsTo } from '../documents/files/erase-files.ts';
import type { AppointmentTables } from '../tables.ts';
import { cancelAhead } from './cancel-ahead.ts';
import { eraseDoctorsTexts, erasePatientsTexts } from './erase-texts.ts';
import { inErasure, isLastErasure, noteErased } from './erasures.ts';
import { leaversOf } from './leaver.ts';

export type ErasingDeps = {
  db: Kysely<AppointmentTables>;
  blobs: BlobStore;
  log: Log;
  /** Called after appointments were cancelled. */
  wake: () => void;
  /** Told of each step of an erasure; for tests that end the process there. */
  onStep?: OnStep | undefined;
};

/**
 * Erases what is kept of a person who deleted their account: texts, files, grants; and cancels what lies ahead of them.
 * Issued reports stay (Lei 13.787/2018 art. 6), as does the trail, which holds ids alone. Every step may be repeated, so
 * one that was cut off goes on with the next attempt.
 */
export async function erasePerson(deps: ErasingDeps, personId: string): Promise<void> {
  const { db, onStep = () => {} } = deps;
  const last = await isLastErasure(db, personId);
  const [patient, doctor] = leaversOf(personId);
  if (!patient || !doctor) return;
  await inErasure(db, personId, async (trx) => {
    await erasePatientsTexts(trx, patient);
    await eraseDoctorsTexts(trx, doctor);
  });
  await onStep('texts erased');
  const blobKeys = await inErasure(db, personId, async (trx) => {
    await revokeGrantsTo(trx, doctor, personId);
    return eraseFilesOf(trx, patient, personId);
  });
  await onStep('files erased');
  await deleteBlobs(deps, blobKeys);
  await onStep('blobs deleted');
  for (const leaver of [patient, doctor]) {
    const cancelled = await cancelAhead(db, leaver, () => onStep('an appointment cancelled'));
    if (cancelled > 0) deps.wake();
  }
  await onStep('appointments cancelled');
  await noteErased(db, personId, last);
  await onStep('erasure noted');
}

async function deleteBlobs({ blobs, log }: ErasingDeps, keys: string[]): Promise<void> {
  for (const key of keys) {
    await blobs.delete(key).catch((error: unknown) => {
      log.warn({ err: error }, 'a blob of a deleted account is left for the sweeper');
    });
  }
}
