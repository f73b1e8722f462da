/* npm run docs:postman: writes docs/postman.json from the OpenAPI document of a server started for it. */
import { writeFile } from 'node:fs/promises';
import { startSystem } from '../tests/support/system.ts';
import { type OpenApi, postmanCollection } from './postman/collection.ts';

const system = await startSystem();
const document = (await (await fetch(`${system.api.url}/openapi.json`)).json()) as OpenApi;
await writeFile(
  new URL('../docs/postman.json', import.meta.url),
  `${JSON.stringify(postmanCollection(document), null, 2)}\n`,
);
await system.stop();
