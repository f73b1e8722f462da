import { fork } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@consulta/platform/process';

export type SearchServer = {
  port: number;
  token: string /** Answers the share of cache hits. */;
  stop: () => Promise<number>;
};

/** Starts the search server; `cacheMs` 0 leaves the cache out. */
export async function startSearchServer(
  { databaseUrl, keysFile }: { databaseUrl: string; keysFile: string },
  cacheMs: number,
): Promise<SearchServer> {
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    KEYS_FILE: keysFile,
    PORT: String(port),
    SEARCH_CACHE_MS: String(cacheMs),
  };
  const child = fork(new URL('search-server.ts', import.meta.url), { env });
  const [{ token }] = (await once(child, 'message')) as [{ token: string }];
  const stop = async () => {
    child.send('report');
    const [{ hitRatio }] = (await once(child, 'message')) as [{ hitRatio: number }];
    child.kill('SIGKILL');
    return Number(hitRatio.toFixed(3));
  };
  return { port, token, stop };
}
