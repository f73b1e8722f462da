/*
 * npm run keys -- rotate
 * Adds a key to the key file, makes it the one that encrypts from now on, and wraps anew under it the data keys of all
 * documents and of the keys that sign access tokens. The older keys stay in the file, and contents stay as they are.
 * Works on the databases at USER_DATABASE_URL and APPOINTMENT_DATABASE_URL, or on the data folder's: beside running
 * processes, which take the new key up with the first document they open under it, or on a PostgreSQL started for as
 * long as it takes.
 */
import { rewrapDocuments } from '@consulta/appointment';
import { openKeyRingFile, rotateKeyFile } from '@consulta/platform/embedded';
import { configOrExit } from '@consulta/platform/process';
import { rewrapSigningKeys } from '@consulta/user';
import { openCommandDatabases, readCommandConfig } from './databases.ts';

if (process.argv.length !== 3 || process.argv[2] !== 'rotate') {
  console.error('Usage: npm run keys -- rotate');
  process.exit(2);
}

const needed = ['users', 'appointments'] as const;
const config = configOrExit((environment) => readCommandConfig(environment, needed));
const { keysFile } = config;
const { open, close } = await openCommandDatabases(config);
try {
  const [users, appointments] = [await open('users'), await open('appointments')];
  const keyId = await rotateKeyFile(keysFile);
  const keyRing = await openKeyRingFile(keysFile);
  const documents = await rewrapDocuments(appointments, keyRing);
  const wrapped = documents + (await rewrapSigningKeys(users, keyRing));
  console.log(`Key ${keyId} is in use; ${wrapped} data keys were wrapped anew. Back up ${keysFile} now.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await close();
}
