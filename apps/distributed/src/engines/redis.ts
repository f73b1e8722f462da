import { randomBytes } from 'node:crypto';
import type { Program } from '../processes/keep-up.ts';

export type Redis = { url: string; program: Program };

/**
 * A Redis on loopback that keeps nothing: what lies in it is a copy, a count or an announcement. Its password is new at
 * every start, so that it lies nowhere.
 */
export function redisAt(command: string, port: number): Redis {
  const password = randomBytes(24).toString('base64url');
  const input = [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    'daemonize no',
    'save ""',
    'appendonly no',
    'maxmemory 128mb',
    'maxmemory-policy allkeys-lru',
    '',
  ].join('\n');
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    program: { name: 'redis', command, args: ['-'], input, words: 'log' },
  };
}
