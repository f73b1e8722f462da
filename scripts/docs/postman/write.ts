import { writeFile } from 'node:fs/promises';
import { startSystem } from '../../../tests/support/system.ts';
import { type OpenApi, postmanCollection } from './collection.ts';

/** Writes the collection made from the OpenAPI document of a server that is started for it. */
export async function writePostman(file: URL): Promise<void> {
  const system = await startSystem();
  try {
    const document = (await (await fetch(`${system.api.url}/openapi.json`)).json()) as OpenApi;
    await writeFile(file, `${JSON.stringify(postmanCollection(document), null, 2)}\n`);
  } finally {
    await system.stop();
  }
}
