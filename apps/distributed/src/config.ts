import { readEnvironment, type Variables, wholeNumber, withDefault } from '@consulta/platform/process';
import { readConfig as readStandaloneConfig, type StandaloneConfig } from '@consulta/standalone';

/** What the environment can set beside what `npm start` takes. */
const variables = {
  /** Processes of each service. */
  REPLICAS: withDefault(wholeNumber(1, 4), 2),
} satisfies Variables;

export type DistributedConfig = StandaloneConfig & {
  /** Of each service. */
  replicas: number;
  /** Networks of proxies before the gateway, as HAProxy takes them. */
  trustedProxies: string[];
};

/**
 * Reads what `npm start` reads, in the same way, so that a value that is wrong is told once and not by every replica.
 * Throws a `WrongSetting` where it is not valid.
 */
export function readConfig(environment: NodeJS.ProcessEnv): DistributedConfig {
  const config = readStandaloneConfig(environment);
  const { REPLICAS: replicas } = readEnvironment(variables, environment);
  const proxies = (environment.TRUST_PROXY ?? '').split(',').map((each) => each.trim());
  return { ...config, replicas, trustedProxies: proxies.filter((each) => each !== '') };
}
