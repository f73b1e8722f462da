/*
 * npm run redrive -- TOPIC
 * Gives the dead letters of a topic back to its queue, once what kept them from being handled is mended. It takes the
 * variables that name the services' bus: BUS_RESOURCES or BUS_DATABASE_URL.
 */
import { type Topic, topics } from '@consulta/contracts/topics';
import { stopSequence } from '../hosting/stop-sequence.ts';
import { readEnvironment } from '../process/environment.ts';
import { createLog } from '../process/log.ts';
import { createMetrics } from '../process/metrics.ts';
import { configOrExit } from '../process/start-fault.ts';
import { openBus } from './adapters.ts';
import { busOf, busVariables } from './bus.ts';

const names = Object.keys(topics) as Topic[];
const [asked, ...more] = process.argv.slice(2);
const topic = names.find((name) => name === asked);
if (topic === undefined || more.length > 0) {
  console.error(`Usage: npm run redrive -- TOPIC, one of ${names.join(', ')}`);
  process.exit(2);
}
const choice = configOrExit((environment) => busOf(readEnvironment(busVariables, environment)));
const log = createLog('error');
const stops = stopSequence(log);
try {
  const { redrive } = await openBus(choice, { log, metrics: createMetrics(), stops, parts: [] });
  const moved = await redrive(topic).finally(stops.stop);
  console.log(`${moved} dead ${moved === 1 ? 'letter' : 'letters'} of ${topic} moved back.`);
} catch (error) {
  console.error(`Nothing more could be moved: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
