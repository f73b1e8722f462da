import { suite, test } from 'node:test';

/** Waits for what must happen, and fails when it has not happened after a long time. */
type Within = <T>(promise: Promise<T>) => Promise<T>;

/**
 * What every adapter of a seam must do, as one check per promise: plain functions, so that an adapter that breaks its
 * promise can be planted and its check be seen to fail.
 *
 * @typeParam Adapter what a check is given, fresh for each.
 */
export type Contract<Adapter> = Record<string, (adapter: Adapter, within: Within) => Promise<void>>;

type Open<Adapter> = () => Promise<{ adapter: Adapter; close?: () => Promise<void> }>;

/** Runs each check of a contract as a test against an adapter of its own. */
export function holdTo<Adapter>(name: string, contract: Contract<Adapter>, open: Open<Adapter>): void {
  suite(name, () => {
    for (const promise of Object.keys(contract)) {
      test(promise, () => checkOne(contract, promise, open, 60_000));
    }
  });
}

/**
 * The promises of a contract that an adapter breaks, each checked against an adapter of its own.
 *
 * @param patienceMs how long to wait for what a broken adapter may never do.
 */
export async function brokenPromises<Adapter>(
  contract: Contract<Adapter>,
  open: Open<Adapter>,
  patienceMs = 2_000,
): Promise<string[]> {
  const broken: string[] = [];
  const checks = Object.keys(contract).map((promise) =>
    checkOne(contract, promise, open, patienceMs).catch(() => broken.push(promise)),
  );
  await Promise.all(checks);
  return broken;
}

/** Whether an adapter breaks one promise of a contract: what an adapter with a planted fault must do. */
export async function isBroken<Adapter>(
  contract: Contract<Adapter>,
  promise: string,
  open: Open<Adapter>,
): Promise<boolean> {
  if (!(promise in contract)) throw new Error(`the contract does not promise that ${promise}`);
  return checkOne(contract, promise, open, 2_000).then(
    () => false,
    () => true,
  );
}

async function checkOne<Adapter>(
  contract: Contract<Adapter>,
  promise: string,
  open: Open<Adapter>,
  patienceMs: number,
): Promise<void> {
  const { adapter, close } = await open();
  try {
    await contract[promise]?.(adapter, (awaited) => withinMs(awaited, patienceMs));
  } finally {
    await close?.();
  }
}

async function withinMs<T>(awaited: Promise<T>, patienceMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing came for ${patienceMs} ms`)), patienceMs);
  return Promise.race([awaited, promise]).finally(() => clearTimeout(timer));
}
