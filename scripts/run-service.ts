/*
 * npm run service -- NAME    runs one service in this process, as `node services/NAME/src/main.ts` does
 * npm run migrate -- NAME    brings its database up to date, as `node services/NAME/src/migrate.ts` does
 */
import { readdirSync } from 'node:fs';

const [file = '', name = ''] = process.argv.slice(2);
const services = new URL('../services/', import.meta.url);
const names = readdirSync(services).filter((each) => has(each, file));

if (process.argv.length !== 4 || !names.includes(name)) {
  const command = file === 'migrate' ? 'migrate' : 'service';
  console.error(`Usage: npm run ${command} -- ${names.join('|')}`);
  process.exit(2);
}
await import(new URL(`${name}/src/${file}.ts`, services).href);

function has(service: string, file: string): boolean {
  return readdirSync(new URL(`${service}/src/`, services)).includes(`${file}.ts`);
}
