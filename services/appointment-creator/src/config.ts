import { type AloneConfig, aloneConfigOf, aloneVariables } from '@consulta/platform/alone';
import { readEnvironment } from '@consulta/platform/process';

/** Reads the configuration from the environment. Throws where it is not valid. */
export const readConfig = (environment: NodeJS.ProcessEnv): AloneConfig =>
  aloneConfigOf(readEnvironment(aloneVariables, environment));
