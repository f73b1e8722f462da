import { readConfig as readStandaloneConfig, type StandaloneConfig } from '@consulta/standalone';

export type DistributedConfig = StandaloneConfig & {
  /** Networks of proxies before the gateway, as HAProxy takes them. */
  trustedProxies: string[];
};

/**
 * Reads what `npm start` reads, in the same way, so that a value that is wrong is told once and not by every replica.
 * Throws a `WrongSetting` where it is not valid.
 */
export function readConfig(environment: NodeJS.ProcessEnv): DistributedConfig {
  const config = readStandaloneConfig(environment);
  const proxies = (environment.TRUST_PROXY ?? '').split(',').map((each) => each.trim());
  return { ...config, trustedProxies: proxies.filter((each) => each !== '') };
}
