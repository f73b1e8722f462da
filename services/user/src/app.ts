import { channels, type Revocation } from '@consulta/contracts';
import type { Cache } from '@consulta/platform/caching';
import { maintenancePool, queryBuilder } from '@consulta/platform/database';
import type { KeyRing } from '@consulta/platform/encryption';
import type { Service } from '@consulta/platform/hosting';
import { forgetOldKeys, type ServiceClient } from '@consulta/platform/http';
import { type Bus, type Fanout, startRelay, watchOutbox } from '@consulta/platform/messaging';
import type { Log, Metrics, OnStep } from '@consulta/platform/process';
import { startChore, type WakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import { accountRoutes } from './account/routes.ts';
import { forgetOldMoves } from './directory/forget-old-moves.ts';
import { followNextAvailable, startNextAvailableSweep } from './directory/next-available.ts';
import { placesFrom } from './directory/places.ts';
import { directoryRoutes, ratingRoutes } from './directory/routes.ts';
import { searchRoutes } from './directory/search/routes.ts';
import { openSearchPool } from './directory/search/search-pool.ts';
import { forgetOldAttempts } from './lockout/counters.ts';
import { registrationRefusals } from './metrics.ts';
import { type Argon2Overrides, createPasswordHasher } from './passwords/hasher.ts';
import { deletedAccountRoutes } from './people/deleted-accounts.ts';
import { reportIdentityRoutes } from './people/report-identities.ts';
import { peopleRoutes } from './people/routes.ts';
import { forgetOldNetworks, type NetworkLimits } from './registration/networks.ts';
import { registrationRoutes } from './registration/routes.ts';
import { standingRoutes } from './registration/standing-routes.ts';
import { forgetOldSessions } from './sessions/end-sessions.ts';
import { forgetOldRevocations } from './sessions/revocations/revoke-sessions.ts';
import { revocationRoutes } from './sessions/revocations/routes.ts';
import { signingInRoutes } from './signing-in/routes.ts';
import type { UserTables } from './tables.ts';
import { signToken, type TokenClaims } from './tokens/access-token.ts';
import { sealSigningKeys } from './tokens/key-rotation.ts';
import { wellKnownRoutes } from './tokens/routes.ts';
import { ensureSigningKey } from './tokens/signing-keys.ts';
import { bookabilityRoutes } from './verification/bookability.ts';
import { verificationRoutes } from './verification/routes.ts';

export type UserServiceDeps = {
  pool: pg.Pool;
  bus: Bus;
  cache: Cache;
  fanout: Fanout;
  /** The keys that open the signing keys. */
  keyRing: KeyRing;
  log: Log;
  metrics: Metrics;
  schedule: ServiceClient;
  /** Told when an account was deleted, before anybody else is; for tests that end the process there. */
  onStep?: OnStep;
  /** The clock; the system's by default. */
  now?: () => Temporal.Instant;
  config: {
    /** Whether an administrator verifies doctors, or they are verified as they register. */
    doctorVerification: 'manual' | 'auto';
    /** What one network may register; undefined for any number, and then none is remembered. */
    networks?: NetworkLimits | undefined;
    /** How long a search's answer may be repeated, in milliseconds; 0 turns the cache off. Default 3000. */
    searchCacheMs?: number;
    /** Cheaper password hashing, for tests. */
    argon2?: Argon2Overrides;
  };
};

const hourMs = 3_600_000;

/**
 * Wires the user service; `start` begins its background work. Throws when signing keys are encrypted and their key is
 * missing.
 */
export async function createUserService(deps: UserServiceDeps) {
  const {
    pool,
    bus,
    cache,
    fanout,
    keyRing,
    log,
    metrics,
    schedule,
    now = Temporal.Now.instant,
    config,
  } = deps;
  await sealSigningKeys(pool, keyRing);
  const db = queryBuilder<UserTables>(pool);
  const [hasher, signingKey] = await Promise.all([
    createPasswordHasher(config.argon2),
    ensureSigningKey(db, keyRing),
  ]);
  // Where nobody is limited it stays at zero.
  metrics.counter(registrationRefusals);
  const searchPool = openSearchPool(pool, log);
  const running: { stop: () => Promise<void> }[] = [];
  let relay: WakeableLoop | undefined;

  const wakeRelay = () => relay?.wake();
  const announce = (revoked: Revocation[]) => {
    for (const each of revoked) fanout.publish(channels.revoked, each);
  };
  const sign = (claims: TokenClaims) => signToken(signingKey, claims, now());
  const { doctorVerification, networks, searchCacheMs: cacheMs = 3_000 } = config;
  const verification = doctorVerification === 'auto' ? 'verified' : 'pending';

  return {
    name: 'user service',
    stopMs: 300,
    publicRoutes: async (app) => {
      await app.register(registrationRoutes({ db, hasher, verification, networks, now, wakeRelay }));
      await app.register(signingInRoutes({ db, hasher, sign, announce, metrics }));
      await app.register(
        accountRoutes({ db, hasher, doctorVerification, announce, wakeRelay, onStep: deps.onStep }),
      );
      await app.register(verificationRoutes({ db, announce, wakeRelay }));
      const findPlaces = placesFrom(searchPool, cacheMs);
      await app.register(directoryRoutes({ db, searchPool, cache, findPlaces }));
      await app.register(searchRoutes({ pool: searchPool, log, cache, now, cacheMs }));
    },
    rootRoutes: wellKnownRoutes(db),
    internalRoutes: async (app) => {
      await app.register(peopleRoutes(db));
      if (networks) await app.register(standingRoutes(db, networks.crowdedAbove));
      await app.register(deletedAccountRoutes(db));
      await app.register(reportIdentityRoutes(db));
      await app.register(revocationRoutes(db));
      await app.register(bookabilityRoutes(db));
      await app.register(ratingRoutes(pool));
    },
    start: async () => {
      relay = startRelay({ pool, bus, log });
      running.push(
        relay,
        watchOutbox({ metrics, pool }, 'users'),
        startHousekeeping(maintenancePool(pool), log),
        followNextAvailable({ pool, bus, schedule, log }),
        startNextAvailableSweep({ pool, schedule, log }),
      );
    },
    stop: async () => {
      await Promise.all(running.map((each) => each.stop()));
      await searchPool.end();
    },
  } satisfies Service;
}

/** Drops, in one process every hour, what is kept for a while only. */
const startHousekeeping = (pool: pg.Pool, log: Log): { stop: () => Promise<void> } => {
  const db = queryBuilder<UserTables>(pool);
  const chore = startChore({
    name: 'user housekeeping',
    pool,
    everyMs: hourMs,
    log,
    work: async () => {
      await forgetOldKeys(db);
      await forgetOldAttempts(db);
      await forgetOldRevocations(db);
      await forgetOldSessions(db);
      await forgetOldNetworks(db);
      await forgetOldMoves(db);
      return false;
    },
  });
  return { stop: () => chore.stop().finally(() => pool.end()) };
};
