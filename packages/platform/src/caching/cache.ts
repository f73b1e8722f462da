/**
 * A shared store of copies that may vanish at any time. Values are JSON data and come back as what JSON makes of them,
 * apart from what was put: changing either changes nothing for anybody else. Keys hold all that the answer depends on.
 */
export interface Cache {
  /** Whether the copies lie in this very process. */
  readonly isNear?: true;
  /** The values in the order of the keys; undefined for what is not there. */
  getMany(keys: string[]): Promise<unknown[]>;
  /** Replaces what was there; it vanishes after `ttlMs` milliseconds at the latest. */
  setMany(entries: [key: string, value: unknown][], ttlMs: number): Promise<void>;
  deleteMany(keys: string[]): Promise<void>;
}
