import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { stopSequence } from '@consulta/platform/hosting';
import { createLog } from '@consulta/platform/process';
import { startStandalone } from './app.ts';
import { readConfig } from './config.ts';

/** A little more than all parts' shares of the time together. */
const stopWithinMs = 9_500;

const config = readConfig(process.env);
const log = createLog(config.logLevel);
const stops = stopSequence(log);

let stopping = false;
/** Stops what runs and what a start under way still brings up, then ends the process, within 10 s in any case. */
const shutDown = async (exitCode: number) => {
  if (stopping) return;
  stopping = true;
  setTimeout(() => {
    console.error('It did not stop in time; what is left is taken up at the next start.');
    process.exit(1);
  }, stopWithinMs);
  await stops.stop();
  await started.catch(() => {});
  const unfinished = await stops.stop();
  process.exit(unfinished.includes('PostgreSQL') ? 1 : exitCode);
};
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => void shutDown(0));
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'an error nobody expected; the process stops');
  if (!stopping) console.error(error);
  void shutDown(1);
});

const started = startStandalone(config, { stops });
const { url, demoAccounts, lost } = await started.catch((error: unknown) => {
  if (stopping) return new Promise<never>(() => {});
  console.error(error);
  process.exit(1);
});
void lost.then((error) => {
  console.error(`${error.message}\nConsulta stops: without its database it is of no use.`);
  return shutDown(1);
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
