import { readFileSync } from 'node:fs';
import { optional, orInFile, readBy, type Settings, secret, text } from '../process/environment.ts';

/** Where Redis is, and what it wants to know. */
export type RedisConfig = {
  /** `redis://host:6379` or, with TLS, `rediss://…`; it may hold a name and a password. */
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  /** The certificate of the authority by which its certificate is checked, where that is not a public one. */
  ca?: string | undefined;
};

/** Each process of a service stands by itself without these. */
export const redisVariables = {
  REDIS_URL: optional(
    orInFile({
      ...readBy('the address of a Redis, as in redis://host:6379, or rediss:// with TLS', (given) =>
        /^rediss?:$/.test(new URL(given).protocol) ? given : undefined,
      ),
      secret: true,
    }),
  ),
  REDIS_USERNAME: optional(text('the name of a user of Redis')),
  REDIS_PASSWORD: optional(orInFile(secret(1))),
  REDIS_CA_FILE: optional(readBy('a file with certificates', (file) => readFileSync(file, 'utf8'))),
};

/** Undefined where no Redis was chosen. */
export const redisConfigOf = (env: Settings<typeof redisVariables>): RedisConfig | undefined =>
  env.REDIS_URL === undefined
    ? undefined
    : {
        url: env.REDIS_URL,
        username: env.REDIS_USERNAME,
        password: env.REDIS_PASSWORD,
        ca: env.REDIS_CA_FILE,
      };
