/*
 * npm run audit:verify [-- --head POSITION:HASH]
 * Checks the audit trail against its key and its recorded heads, and a head noted elsewhere; exits with 1 where it was
 * tampered with. The trail is that of the database at APPOINTMENT_DATABASE_URL, or of the data folder: beside a running
 * server, or on a PostgreSQL started for as long as it takes. Exits with 2 where it could not be checked.
 */
import { parseArgs } from 'node:util';
import {
  auditVerifyMain,
  parseNotedHead,
  parseTrailKey,
  readHeadFiles,
  trailKeyName,
} from '@consulta/appointment';
import { readNamedKey } from '@consulta/platform/embedded';
import { configOrExit } from '@consulta/platform/process';
import { openCommandDatabases, readCommandConfig } from './databases.ts';

const { values } = parseArgs({ options: { head: { type: 'string' } } });
const noted = values.head === undefined ? undefined : parseNotedHead(values.head);
const config = configOrExit((environment) => readCommandConfig(environment, ['appointments']));
const trailKey = parseTrailKey(await readNamedKey(config.keysFile, trailKeyName));
const heads = { all: () => readHeadFiles(config.auditFolder) };
const { open, close } = await openCommandDatabases(config);
try {
  const pool = await open('appointments');
  process.exitCode = await auditVerifyMain({ pool, heads, trailKey, noted, print: console.log });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  await close();
}
