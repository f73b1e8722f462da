import type { BlobStore } from '../blobs/blob-store.ts';
import type { Cache } from '../caching/cache.ts';
import type { KeyRing, NamedKeys } from '../encryption/key-ring.ts';
import type { Counters } from '../http/counters.ts';
import type { Bus } from '../messaging/bus.ts';
import type { Fanout } from '../messaging/fanout.ts';
import type { Log } from '../process/log.ts';
import type { Metrics } from '../process/metric-definitions.ts';

/**
 * What services stand on. A plain record: each service is given the few of these that it takes, beside its database and
 * the services it calls. The store of the audit trail's heads, whose interface is the appointment service's own, comes
 * beside it.
 */
export type Infrastructure = {
  log: Log;
  metrics: Metrics;
  bus: Bus;
  cache: Cache;
  fanout: Fanout;
  /** Of requests, for the limits on them. */
  counters: Counters;
  /** Where patients' files lie, encrypted. */
  blobs: BlobStore;
  /** The keys that open what is encrypted, and keys for single purposes. */
  keyRing: KeyRing & NamedKeys;
};
