import openapiTS, { astToString } from 'openapi-typescript';

/** The types of the API, made of its OpenAPI document; `src/api.d.ts` is held to them by a test. */
export async function apiTypes(document: object): Promise<string> {
  const types = astToString(await openapiTS(JSON.stringify(document)));
  return `/* Made of /openapi.json by \`npm run docs\`. */\n${types}`;
}
