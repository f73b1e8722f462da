import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Redoc as its package brings it, without the picture that it would fetch from its maker's server. */
export async function readRedoc(): Promise<string> {
  const bundle = fileURLToPath(import.meta.resolve('redoc/bundles/redoc.standalone.js'));
  return (await readFile(bundle, 'utf8')).replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', 'data:,');
}

/** The description of all services' routes that is kept with the program. */
export async function readDocument(): Promise<string> {
  const kept = await readFile(fileURLToPath(import.meta.resolve('@consulta/contracts/openapi.json')), 'utf8');
  return JSON.stringify(JSON.parse(kept));
}

/** What starts it on our document. */
export const readStart = () => readFile(new URL('./start.js', import.meta.url), 'utf8');
