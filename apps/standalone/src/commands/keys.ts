/*
 * npm run keys -- rotate
 * Adds a key to the key file, makes it the one that encrypts from now on, and wraps anew under it the data keys of all
 * documents and of the keys that sign access tokens. The older keys stay in the file, and contents stay as they are.
 * Works beside a running server, which takes the new key up with the first document it opens under it, or starts
 * PostgreSQL for as long as it takes.
 */
import { rewrapDocuments } from '@consulta/appointment';
import { openKeyRingFile, rotateKeyFile } from '@consulta/platform/embedded';
import { configOrExit } from '@consulta/platform/process';
import { rewrapSigningKeys } from '@consulta/user';
import { readConfig } from '../config.ts';
import { openCommandDatabases } from '../databases.ts';

if (process.argv.length !== 3 || process.argv[2] !== 'rotate') {
  console.error('Usage: npm run keys -- rotate');
  process.exit(2);
}

const { dataFolder, keysFile } = configOrExit(readConfig);
const { pools, close } = await openCommandDatabases(dataFolder);
try {
  const keyId = await rotateKeyFile(keysFile);
  const keyRing = await openKeyRingFile(keysFile);
  const documents = await rewrapDocuments(pools.appointments, keyRing);
  const wrapped = documents + (await rewrapSigningKeys(pools.users, keyRing));
  console.log(`Key ${keyId} is in use; ${wrapped} data keys were wrapped anew. Back up ${keysFile} now.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await close();
}
