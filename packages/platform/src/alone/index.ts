export { loadAdapters } from './adapters.ts';
export { type AloneConfig, aloneConfigOf, aloneVariables } from './config.ts';
export { type Alone, type AloneParts, runAlone } from './run.ts';
