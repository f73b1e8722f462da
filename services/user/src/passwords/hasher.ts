import { availableParallelism } from 'node:os';
import { microBatch } from '@consulta/platform/work';
import { hash, type Options, verify } from '@node-rs/argon2';

export type PasswordHasher = {
  hash: (password: string) => Promise<string>;
  /** False also when there is no hash to compare with, after the same work. */
  verify: (storedHash: string | undefined, password: string) => Promise<boolean>;
};

/** Argon2id as OWASP ASVS 5.0.0 (11.4.2) asks at least; memory in KiB. Argon2id is the library's default. */
const strength = { timeCost: 2, memoryCost: 19_456, parallelism: 1 } as const satisfies Options;
export type Argon2Overrides = Partial<Pick<Options, 'timeCost' | 'memoryCost' | 'parallelism'>>;

/** Passwords waiting beyond this are refused with 503: at some 25 ms each, the last waits a few seconds. */
const waitingMax = 128;

/**
 * Hashes passwords on the thread pool, at most as many at once as leaves one core to everything else, so that
 * a storm of logins cannot starve bookings; what does not fit the queue is refused with 503.
 *
 * Passwords are brought to NFKC first (NIST SP 800-63B, 5.1.1.2), so that the same password typed on another
 * keyboard is the same password.
 */
export async function createPasswordHasher(overrides: Argon2Overrides = {}): Promise<PasswordHasher> {
  const options = { ...strength, ...overrides };
  const ofNobody = await hash(crypto.randomUUID(), options);
  const run = microBatch<() => Promise<unknown>, unknown>({
    name: 'password hashing',
    run: async (jobs) => Promise.all(jobs.map((job) => job())),
    itemsMax: 1,
    concurrencyMax: Math.max(1, Math.min(3, availableParallelism() - 1)),
    waitingMax,
    isolateFailures: false,
  });
  return {
    hash: async (password) => String(await run(() => hash(password.normalize('NFKC'), options))),
    verify: async (storedHash, password) => {
      const same = await run(() => verify(storedHash ?? ofNobody, password.normalize('NFKC')));
      return same === true && storedHash !== undefined;
    },
  };
}
