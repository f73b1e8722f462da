import { stopSequence } from '@consulta/platform/hosting';
import { configOrExit, openLog, refuseToStart } from '@consulta/platform/process';
import { greeting } from '@consulta/standalone';
import { startDistributed } from './app.ts';
import { readConfig } from './config.ts';

/** A little more than all parts' shares of the time together. */
const stopWithinMs = 14_700;

const config = configOrExit(readConfig);
const log = await openLog(config.logLevel);
const stops = stopSequence(log);

let stopping = false;
/** Stops what runs and what a start under way still brings up, then ends the process, within 15 s in any case. */
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

const started = startDistributed(config, { log, stops, given: process.env });
const { url, accounts, lost } = await started.catch(async (error: unknown) => {
  if (stopping) return new Promise<never>(() => {});
  await stops.stop();
  return refuseToStart(error);
});
void lost.then((error) => {
  console.error(`${error.message}\nConsulta stops: without its databases it is of no use.`);
  return shutDown(1);
});
console.log(greeting({ url, accounts, userAgent: process.env.npm_config_user_agent }));
