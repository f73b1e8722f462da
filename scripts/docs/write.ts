/* npm run docs: writes the pages that are made from code, and the Postman collection. */
import { writeFile } from 'node:fs/promises';
import { apiTypes } from '@consulta/client/generate';
import { startSystem } from '../../tests/support/system.ts';
import { databaseDocs } from './database.ts';
import { documentText } from './document-text.ts';
import { errorDocs } from './errors.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { limitDocs } from './limits.ts';
import { metricDocs } from './metrics.ts';
import { monitoringFiles } from './monitoring.ts';
import { writePostman } from './postman/write.ts';

const docs = new URL('../../docs/', import.meta.url);
await writeFile(new URL('errors.md', docs), errorDocs());
await writeFile(new URL('metrics.md', docs), metricDocs());
for (const [path, text] of Object.entries(monitoringFiles()))
  await writeFile(new URL(`../${path}`, docs), text);
await writeFile(new URL('database.md', docs), await databaseDocs());
const system = await startSystem();
const document = (await (await fetch(`${system.api.url}/openapi.json`)).json()) as object;
await writeFile(new URL(import.meta.resolve('@consulta/client')), await apiTypes(document));
await writeFile(new URL(import.meta.resolve('@consulta/contracts/openapi.json')), documentText(document));
await writeFile(new URL('limits.md', docs), limitDocs(system.standalone.routes));
const owners = new URL('../../apps/distributed/src/gateway/routes.json', import.meta.url);
await writeFile(owners, gatewayRoutes(system.standalone.routes));
await system.stop();
await writePostman(new URL('postman.json', docs));
