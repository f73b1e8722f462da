import type { Words } from '@consulta/contracts/words';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { RevocationFeed } from '../auth/revocations.ts';
import type { Counters } from '../http/counters.ts';
import type { TrustsProxy } from '../http/proxies.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metric-definitions.ts';
import type { OnStep } from '../process/on-step.ts';
import type { InternalEntrance } from './internal-entrance.ts';
import type { InternalPlace, Place } from './place.ts';
import type { Part } from './readiness.ts';
import type { StopSequence } from './stop-sequence.ts';

/** For people. */
export type PublicEntrance = Place & {
  https: { cert: Buffer; key: Buffer } | undefined;
  /** Which peers are proxies that say truly whom they speak for; undefined where there are none. */
  trustsProxy: TrustsProxy | undefined;
  /** Origins whose pages may call from a browser. */
  origins: readonly string[];
  /** What callers ask for is counted by these; without them nobody is limited. */
  counters: Counters | undefined;
  /** What `/openapi.json` and `/docs` describe: this entrance's own routes unless said, those of all services, or nothing. */
  documentation?: 'own' | 'all' | 'elsewhere';
  /** Where the user service publishes the keys that verify access tokens. */
  keysUrl: string;
  revocations: RevocationFeed;
};

export type HostOptions = {
  log: Log;
  metrics: Metrics;
  /** Learns how each part is stopped, in the order of the start. */
  stops: StopSequence;
  internal: InternalPlace;
  /** The internal entrance, where the process opened it before it had services. */
  inside?: InternalEntrance;
  /** Told of the internal routes as soon as they can answer. */
  onRouted?: (routes: FastifyInstance) => void;
  /** Undefined where nobody outside calls the services. */
  public: PublicEntrance | undefined;
  /** Without these nothing can be answered. */
  databases: pg.Pool[];
  /** What the process itself may lack, beside its services. */
  lack?: () => Words | undefined;
  /** What the process works without for a while, and reports on. */
  parts?: Part[];
  /**
   * How long it goes on serving when it is told to stop, so that a gateway before it notices first; 0 unless said, for a
   * process that has no other beside it to go to.
   */
  lingerMs?: number;
  onStep?: OnStep;
};
