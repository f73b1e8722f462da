/* A process of its own for bench:search: the user service's routes behind the public entrance. */
import { randomUUIDv7 } from 'node:crypto';
import { createTokenVerifier, remoteKeys } from '@consulta/platform/auth';
import type { Cache } from '@consulta/platform/caching';
import { openPool } from '@consulta/platform/database';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { inProcessCache, inProcessFanout } from '@consulta/platform/embedded/in-process';
import { createPublicApp } from '@consulta/platform/http';
import { createLog, createMetrics } from '@consulta/platform/process';
import { createUserService } from '@consulta/user';
import { tokenSigner } from '@consulta/user/seeding';

const log = createLog('error');
const metrics = createMetrics();
const pool = openPool({ url: process.env.DATABASE_URL ?? '', connectionsMax: 16 });
const keyRing = await openKeyRingFile(process.env.KEYS_FILE ?? '');
const counts = { asked: 0, hit: 0 };
const unused = () => Promise.reject(new Error('not used here'));
const user = await createUserService({
  pool,
  bus: { publish: unused, subscribe: () => ({ stop: async () => {} }) },
  cache: counting(inProcessCache()),
  fanout: inProcessFanout(log),
  keyRing,
  log,
  metrics,
  schedule: { call: unused, close: async () => {} },
  config: { doctorVerification: 'auto', searchCacheMs: Number(process.env.SEARCH_CACHE_MS) },
});
const revocations = {
  assertFresh: () => {},
  assertSignedIn: () => {},
};
const port = Number(process.env.PORT);
const { find: keys } = remoteKeys(`http://127.0.0.1:${port}/.well-known/jwks.json`, { log });
const verifyToken = createTokenVerifier({ keys, revocations });
const app = await createPublicApp({ log, metrics, verifyToken, counters: undefined });
await app.register(user.rootRoutes);
await app.register(user.publicRoutes, { prefix: '/api/v1' });
await app.listen({ port, host: '127.0.0.1' });
const sign = await tokenSigner(pool, keyRing);
const token = await sign({
  userId: randomUUIDv7(),
  role: 'patient',
  sessionId: randomUUIDv7(),
});
process.send?.({ token });
process.on('message', () => process.send?.({ hitRatio: counts.asked === 0 ? 0 : counts.hit / counts.asked }));

function counting(cache: Cache): Cache {
  const getMany = async (names: string[]) => {
    const values = await cache.getMany(names);
    counts.asked += names.length;
    counts.hit += values.filter((value) => value !== undefined).length;
    return values;
  };
  return { ...cache, getMany };
}
