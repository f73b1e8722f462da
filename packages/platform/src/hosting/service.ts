import type { Words } from '@consulta/contracts/words';
import type { Routes } from '../http/route.ts';

/**
 * What every service is to who hosts it, alone in its process or beside others. Making one wires it and takes hold of
 * nothing that must be let go; `start` begins its work, and `stop` is called once whether it was started or not.
 */
export type Service = {
  name: string;
  /** Mounted under `/api/v1` of the public entrance. */
  publicRoutes?: Routes;
  /** Mounted at the root of the internal entrance. */
  internalRoutes?: Routes;
  /** Mounted at the root of both entrances. */
  rootRoutes?: Routes;
  start: () => Promise<void>;
  /** Lets go of requests that only wait, so that the entrance can close; called before it does. */
  drain?: () => void;
  /** Ends its work, each part after what it has at hand. */
  stop: () => Promise<void>;
  /** Its share of the time that stopping may take, in milliseconds. */
  stopMs: number;
  /** What it lacks to do its work, in words for an administrator; undefined while it lacks nothing. */
  lack?: () => Words | undefined;
};
