/*
 * npm run service-keys -- make|announce|switch FOLDER
 * The keys by which services know one another where each runs in processes of its own: FOLDER/<service>.json is what
 * SERVICE_KEYS_FILE of that service names.
 *   make      makes all files, or nothing where they are there
 *   announce  begins a rotation: makes next keys and makes them known to all
 *   switch    ends it, once every service has the announced files (they read them every 5 s): the next keys sign
 */
import {
  announceServiceKeys,
  makeServiceKeys,
  switchServiceKeys,
} from '@consulta/platform/embedded/service-keys';

const commands: Record<string, (folder: string) => Promise<string>> = {
  make: async (folder) => `The key files are ${await makeServiceKeys(folder)}.`,
  announce: async (folder) => {
    await announceServiceKeys(folder);
    return 'The next keys are announced. Switch to them when every service has had 15 s to read its file.';
  },
  switch: async (folder) => {
    await switchServiceKeys(folder);
    return 'The next keys sign from now on.';
  },
};

const [, , name = '', folder, ...more] = process.argv;
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command || !folder || more.length > 0) {
  console.error('Usage: npm run service-keys -- make|announce|switch FOLDER');
  process.exit(2);
}
try {
  console.log(await command(folder));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
