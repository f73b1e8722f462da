/*
 * Starts the whole application as `npm start` does, and kills itself once the step named by DIE_AT is done, be it one of
 * the start or, with GO_ON, one of what is done afterwards: node tests/support/start-and-die.ts
 */
import { readConfig, startStandalone } from '@consulta/standalone';

const onStep = (step: string) => {
  if (step === process.env.DIE_AT) process.kill(process.pid, 'SIGKILL');
};
await startStandalone(readConfig(process.env), { onStep });
if (!process.env.GO_ON) {
  console.error(`the start has no step «${process.env.DIE_AT}»`);
  process.exit(1);
}
