import { openPool, queryBuilder } from '@consulta/platform/database';
import { openDiskBlobStore, openKeyRingFile } from '@consulta/platform/embedded';
import { createLog } from '@consulta/platform/process';
import { fileRoutes } from '../src/documents/files/routes.ts';
import { appWith, type DocumentTables, rightsUnless } from './documents-app.ts';

/*
 * A process of its own that serves files, for measuring its memory from outside. Arguments: the database's URL
 * and a folder. It sends its address, and for each message it gets the highest resident memory since the last.
 */
const [url = '', folder = ''] = process.argv.slice(2);
const pool = openPool({ url, connectionsMax: 20 });
const app = await appWith(
  fileRoutes({
    db: queryBuilder<DocumentTables>(pool),
    pool,
    blobs: await openDiskBlobStore(`${folder}/files`),
    keyRing: await openKeyRingFile(`${folder}/keys.json`),
    rights: rightsUnless(new Set()),
    log: createLog('silent'),
    findPerson: async () => undefined,
    quotaBytes: Number.MAX_SAFE_INTEGER,
  }),
);
let peakBytes = 0;
const sample = () => {
  globalThis.gc?.();
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
};
setInterval(sample, 50);
process.on('message', () => {
  sample();
  process.send?.(peakBytes);
  peakBytes = 0;
});
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
