import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startStandalone } from './app.ts';
import { readConfig } from './config.ts';

const stopWithinMs = 9_000;

const config = readConfig(process.env);
const started = startStandalone(config);

let stopping = false;
const shutDown = async () => {
  if (stopping) return;
  stopping = true;
  setTimeout(() => {
    console.error('It did not stop in time; what is left is taken up at the next start.');
    process.exit(1);
  }, stopWithinMs).unref();
  await (await started).stop();
  process.exit(0);
};
process.on('SIGTERM', shutDown);
process.on('SIGINT', shutDown);

const { url, demoAccounts } = await started.catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
giveBackMemory();
console.log(`Consulta is ready at ${url}`);
if (demoAccounts) {
  console.log('Accounts to try it with:');
  for (const { role, email, password, name } of demoAccounts)
    console.log(`  ${role.padEnd(8)} ${email}  ${password}  (${name})`);
}

/** Starting allocates far more than running; V8 keeps such memory for long unless asked to give it back. */
function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
