export { NumberPair, numberPair, Port, readEnvironment } from './environment.ts';
export { errorCode } from './error-code.ts';
export { freePort } from './free-port.ts';
export { createLog, type Log } from './log.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export type { OnStep } from './on-step.ts';
export { refusalReporter } from './refusal-reporter.ts';
export { releaseMemory } from './release-memory.ts';
