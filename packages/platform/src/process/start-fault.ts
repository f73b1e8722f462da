import { WrongSetting } from './environment.ts';

/** Ends the process because it cannot start: in a sentence where a setting is wrong, with all there is otherwise. */
export function refuseToStart(error: unknown): never {
  console.error(error instanceof WrongSetting ? error.message : error);
  process.exit(1);
}

/** Reads a configuration, or ends the process with what is wrong about it. */
export function configOrExit<Config>(
  read: (environment: NodeJS.ProcessEnv) => Config,
  environment = process.env,
): Config {
  try {
    return read(environment);
  } catch (error) {
    return refuseToStart(error);
  }
}
