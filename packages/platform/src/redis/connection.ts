import { Redis } from 'ioredis';
import type { RedisConfig } from './config.ts';

/** How long one command may take unless said otherwise, in milliseconds; who asked then goes on without it. */
const commandMsDefault = 100;
/** A connection that says nothing for so long after a command is dead, whatever it looks like. */
const silentMs = 2_000;

/**
 * Opens a connection that never makes anybody wait: a command that finds none, or no answer, fails within `commandMs`. It
 * comes back by itself, also from a server that became a replica or is still loading.
 *
 * @param onError hears why there is no connection, again and again.
 */
export function connectRedis(
  { url, username, password, ca }: RedisConfig,
  onError: (error: Error) => void,
  commandMs = commandMsDefault,
): Redis {
  const client = new Redis(url, {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    commandTimeout: commandMs,
    connectTimeout: 500,
    socketTimeout: silentMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableAutoPipelining: true,
    // CLIENT SETINFO is a command of 7.2.
    disableClientInfo: true,
    keepAlive: 5_000,
    retryStrategy: (times) => Math.min(500, 25 * 2 ** times) * (0.5 + Math.random() / 2),
    reconnectOnError: ({ message }) => /^(READONLY|LOADING)/.test(message),
  });
  client.on('error', onError);
  return client;
}
