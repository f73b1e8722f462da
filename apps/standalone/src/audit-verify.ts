/*
 * npm run audit:verify
 * Checks the audit trail of the data folder against its recorded heads; exits with 1 where it was tampered with.
 * Works beside a running server, or starts PostgreSQL for as long as it takes.
 */
import { join } from 'node:path';
import { auditVerifyMain, openHeadFiles } from '@consulta/appointment';
import { readConfig } from './config.ts';
import { openOneDatabase } from './databases.ts';

const { dataFolder } = readConfig(process.env);
const { pool, close } = await openOneDatabase(dataFolder, 'appointments');
try {
  const heads = await openHeadFiles(join(dataFolder, 'audit'));
  process.exitCode = await auditVerifyMain({ pool, heads, print: console.log });
} finally {
  await close();
}
