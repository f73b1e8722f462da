export {
  logLevel,
  numberPair,
  oneOf,
  optional,
  orInFile,
  port,
  readBy,
  readEnvironment,
  type Settings,
  secret,
  text,
  type Variables,
  WrongSetting,
  wholeNumber,
  withDefault,
} from './environment.ts';
export { errorCode } from './error-code.ts';
export { freePort } from './free-port.ts';
export { giveBackMemory } from './give-back-memory.ts';
export { becomeLean } from './lean.ts';
export { createLog, type Log } from './log.ts';
export {
  counter,
  gauge,
  histogram,
  type LabelValues,
  type MetricDefinition,
  type Metrics,
} from './metric-definitions.ts';
export { createMetrics } from './metrics.ts';
export type { OnStep } from './on-step.ts';
export { openLog } from './open-log.ts';
export { refusalReporter } from './refusal-reporter.ts';
export { releaseMemory } from './release-memory.ts';
export { configOrExit, refuseToStart } from './start-fault.ts';
export { unusablePath } from './unusable-path.ts';
export { noteLoop } from './vitals.ts';
