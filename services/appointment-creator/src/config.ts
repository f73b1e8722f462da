import { type AloneConfig, aloneConfigOf, aloneVariables } from '@consulta/platform/embedded/alone';
import { readEnvironment } from '@consulta/platform/process';
import { Type } from 'typebox';

const Environment = Type.Object(aloneVariables);

/** Reads the configuration from the environment. Throws where it is not valid. */
export const readConfig = (environment: NodeJS.ProcessEnv): AloneConfig =>
  aloneConfigOf(readEnvironment(Environment, environment));
