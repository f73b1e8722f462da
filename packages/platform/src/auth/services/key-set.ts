import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { isServiceName, type ServiceName, serviceNames } from '@consulta/contracts/internal/services';

/** A key as it stands in a file (RFC 7517), with the name by which tokens say that it signed them. */
export type StoredKey = { kid: string; kty: 'RSA' } & Record<string, string>;

/** What a service's key file holds. Others' public keys may be several: the one in use, and the one before or after it. */
export type ServiceKeyFile = {
  service: ServiceName;
  privateKey: StoredKey;
  /** The one that is used next: made known to the others before anything is signed with it. */
  nextPrivateKey?: StoredKey;
  publicKeys: Record<ServiceName, StoredKey[]>;
};

/** The keys of a file, ready for use. */
export type ServiceKeySet = {
  service: ServiceName;
  signing: { kid: string; key: KeyObject };
  publicKeyOf: (service: ServiceName, kid: string) => KeyObject | undefined;
};

/** Reads the text of a key file. Throws where it is no such file; the error tells nothing of what it holds. */
export function parseServiceKeys(text: string): ServiceKeySet {
  const file: unknown = asJson(text);
  if (!isKeyFile(file)) throw new Error('it is not a file of service keys');
  const { service, privateKey, publicKeys } = file;
  const known = new Map(
    serviceNames.flatMap((name) =>
      publicKeys[name].map((jwk) => {
        return [`${name} ${jwk.kid}`, createPublicKey({ key: jwk, format: 'jwk' })] as const;
      }),
    ),
  );
  return {
    service,
    signing: { kid: privateKey.kid, key: createPrivateKey({ key: privateKey, format: 'jwk' }) },
    publicKeyOf: (name, kid) => known.get(`${name} ${kid}`),
  };
}

export const isKeyFile = (value: unknown): value is ServiceKeyFile =>
  isRecord(value) &&
  isServiceName(value.service) &&
  isStoredKey(value.privateKey) &&
  isRecord(value.publicKeys) &&
  Object.keys(value.publicKeys).length === serviceNames.length &&
  Object.entries(value.publicKeys).every(
    ([name, keys]) => isServiceName(name) && Array.isArray(keys) && keys.every(isStoredKey),
  );

const isStoredKey = (value: unknown): value is StoredKey =>
  isRecord(value) && value.kty === 'RSA' && typeof value.kid === 'string' && typeof value.n === 'string';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
