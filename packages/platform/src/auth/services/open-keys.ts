import { readFile } from 'node:fs/promises';
import type { ServiceName } from '@consulta/contracts/internal/services';
import { WrongSetting } from '../../process/environment.ts';
import type { Log } from '../../process/log.ts';
import { unusablePath } from '../../process/unusable-path.ts';
import { noteLoop } from '../../process/vitals.ts';
import type { ServiceCredentials, ServiceTokenVerifier } from './identity.ts';
import { parseServiceKeys } from './key-set.ts';
import { signedCredentials, signedTokenVerifier } from './tokens.ts';

/** The file is looked at this often. By its content: volumes of secrets change without a time that moves. */
const lookedAtEveryMs = 5_000;
/** A token of an unknown key makes it be read again, at most this often. */
const cooldownMs = 500;

export type ServiceKeys = { credentials: ServiceCredentials; verify: ServiceTokenVerifier; stop: () => void };

/**
 * Opens the file of `SERVICE_KEYS_FILE` and follows it: what changes there counts within seconds, without a restart. A
 * file that cannot be read later on is logged, and the last good one goes on counting. Throws a {@link WrongSetting}
 * where it cannot be used from the beginning, or is another service's.
 */
export async function openServiceKeys(
  file: string,
  service: ServiceName,
  { log, everyMs = lookedAtEveryMs }: { log: Log; everyMs?: number },
): Promise<ServiceKeys> {
  const read = async () => {
    const text = await readFile(file, 'utf8');
    return { text, keys: ownKeys(text, service) };
  };
  let now = await read().catch((error: unknown) => {
    throw error instanceof WrongSetting ? error : unusablePath('SERVICE_KEYS_FILE', file, error);
  });
  let readAtMs = performance.now();
  let reading: Promise<void> | undefined;
  const noted = noteLoop({ name: 'service keys', idleMs: everyMs });
  const look = async () => {
    readAtMs = performance.now();
    try {
      const next = await read();
      if (next.text !== now.text) log.info({ kid: next.keys.signing.kid }, 'service keys have changed');
      now = next;
      noted.succeeded();
    } catch (error) {
      noted.failed();
      log.error({ err: error }, 'the file of service keys cannot be read; the keys of before go on counting');
    } finally {
      reading = undefined;
    }
  };
  const lookOnce = () => {
    reading ??= look();
    return reading;
  };
  const refresh = async () => {
    if (reading || performance.now() - readAtMs > cooldownMs) await lookOnce();
  };
  const timer = setInterval(lookOnce, everyMs).unref();
  const keys = () => now.keys;
  return {
    credentials: signedCredentials(keys),
    verify: signedTokenVerifier(keys, refresh),
    stop: () => {
      clearInterval(timer);
      noted.ended();
    },
  };
}

function ownKeys(text: string, service: ServiceName) {
  try {
    const keys = parseServiceKeys(text);
    if (keys.service === service) return keys;
  } catch (error) {
    throw new WrongSetting(`${expected(service)}.`, error);
  }
  throw new WrongSetting(`${expected(service)}, and not those of another.`);
}

const expected = (service: ServiceName) =>
  `SERVICE_KEYS_FILE must hold the ${service} service’s keys, as “npm run service-keys” makes them`;
