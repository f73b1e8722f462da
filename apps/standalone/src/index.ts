export { type Standalone, type StandaloneParts, startStandalone } from './app.ts';
export { readConfig, standaloneVariables } from './config.ts';
export { demoDoctor, demoPatient } from './demo/people.ts';
export { greeting } from './greeting.ts';
