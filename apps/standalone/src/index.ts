export { type Standalone, type StandaloneParts, startStandalone } from './app.ts';
export { readConfig, type StandaloneConfig, standaloneVariables } from './config.ts';
export { type DemoAccount, demoData, keepDemoAccountsAtHome, knownAccounts } from './demo/index.ts';
export { demoDoctor, demoPatient } from './demo/people.ts';
export { lockFolder } from './folder-lock.ts';
export { greeting } from './greeting.ts';
export { readTls } from './tls.ts';
