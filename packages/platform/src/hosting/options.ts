import type { Words } from '@consulta/contracts/words';
import type pg from 'pg';
import type { RevocationFeed } from '../auth/revocations.ts';
import type { ServiceTokenVerifier } from '../auth/services/identity.ts';
import type { Counters } from '../http/counters.ts';
import type { TrustsProxy } from '../http/proxies.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metrics.ts';
import type { OnStep } from '../process/on-step.ts';
import type { StopSequence } from './stop-sequence.ts';

/** Where an entrance listens; `loopback` when only this machine reaches it. */
export type Place = { host: string; port: number; loopback: boolean };

/** For other services and the operators: health, metrics, internal routes. */
export type InternalEntrance = Place & { verifyService: ServiceTokenVerifier };

/** For people. */
export type PublicEntrance = Place & {
  https: { cert: Buffer; key: Buffer } | undefined;
  /** Which peers are proxies that say truly whom they speak for; undefined where there are none. */
  trustsProxy: TrustsProxy | undefined;
  /** Origins whose pages may call from a browser. */
  origins: readonly string[];
  /** What callers ask for is counted by these; without them nobody is limited. */
  counters: Counters | undefined;
  /** Where the user service publishes the keys that verify access tokens. */
  keysUrl: string;
  revocations: RevocationFeed;
};

export type HostOptions = {
  log: Log;
  metrics: Metrics;
  /** Learns how each part is stopped, in the order of the start. */
  stops: StopSequence;
  internal: InternalEntrance;
  /** Undefined where nobody outside calls the services. */
  public: PublicEntrance | undefined;
  /** Without these nothing can be answered. */
  databases: pg.Pool[];
  /** What the process itself may lack, beside its services. */
  lack?: () => Words | undefined;
  onStep?: OnStep;
};
