/*
 * npm run audit:verify [-- --head POSITION:HASH]
 * Checks the audit trail of the data folder against its key and its recorded heads, and a head noted elsewhere; exits
 * with 1 where it was tampered with. Works beside a running server, or starts PostgreSQL for as long as it takes.
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
import { readConfig } from '../config.ts';
import { openOneDatabase } from '../databases.ts';

const { values } = parseArgs({ options: { head: { type: 'string' } } });
const noted = values.head === undefined ? undefined : parseNotedHead(values.head);
const { dataFolder, keysFile, auditFolder } = configOrExit(readConfig);
const trailKey = parseTrailKey(await readNamedKey(keysFile, trailKeyName));
const heads = { all: () => readHeadFiles(auditFolder) };
const { pool, close } = await openOneDatabase(dataFolder, 'appointments');
try {
  process.exitCode = await auditVerifyMain({ pool, heads, trailKey, noted, print: console.log });
} finally {
  await close();
}
