import { generateKeyPair } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ServiceName, serviceNames } from '@consulta/contracts/internal/services';
import { calculateJwkThumbprint } from 'jose';
import { isKeyFile, type ServiceKeyFile, type StoredKey } from '../auth/services/key-set.ts';
import { createPrivateFile, makeFolder, readIfThere, writePrivateFile } from './durable-files.ts';

/** Where a service's key file lies in a folder of all of them; `SERVICE_KEYS_FILE` names it. */
export const serviceKeyFileIn = (folder: string, service: ServiceName): string =>
  join(folder, `${service}.json`);

/**
 * Makes a key file for each service, with its own private key and everyone's public ones, each for its owner alone
 * (mode 0600). Where all are there already, nothing is changed; where some are missing, it throws, since a new one would
 * be unknown to the others.
 */
export async function makeServiceKeys(folder: string): Promise<'made' | 'there already'> {
  await makeFolder(folder, 0o700);
  const there = await Promise.all(serviceNames.map((name) => readIfThere(serviceKeyFileIn(folder, name))));
  const missing = serviceNames.filter((_, index) => there[index] === undefined);
  if (missing.length === 0) return 'there already';
  if (missing.length < serviceNames.length) {
    throw new Error(`In ${folder} the key files of these services are missing: ${missing.join(', ')}.`);
  }
  const keys = await eachService(newKey);
  const publicKeys = byService((name) => [publicPartOf(keys[name])]);
  for (const service of serviceNames) {
    const file: ServiceKeyFile = { service, privateKey: keys[service], publicKeys };
    await createPrivateFile(serviceKeyFileIn(folder, service), asText(file));
  }
  return 'made';
}

/**
 * The first half of a rotation: makes a next key for each service and makes it known to all, while the present ones go
 * on signing. One that was cut short is completed by the next.
 */
export async function announceServiceKeys(folder: string): Promise<void> {
  const files = await readAll(folder);
  const next = await eachService(async (name) => files[name].nextPrivateKey ?? newKey());
  // What was known beside these two is out of use since the last rotation.
  const publicKeys = byService((name) => [publicPartOf(files[name].privateKey), publicPartOf(next[name])]);
  for (const service of serviceNames) {
    const file = { ...files[service], nextPrivateKey: next[service], publicKeys };
    await writePrivateFile(serviceKeyFileIn(folder, service), asText(file));
  }
}

/**
 * The second half: from now on the announced keys sign. Those of before still verify until the next rotation, for the
 * tokens that are under way. One that was cut short is completed by the next; throws where nothing is announced.
 */
export async function switchServiceKeys(folder: string): Promise<void> {
  const files = await readAll(folder);
  const announced = serviceNames.filter((name) => files[name].nextPrivateKey);
  if (announced.length === 0) throw new Error('No next keys are announced.');
  for (const service of announced) {
    const { nextPrivateKey, ...file } = files[service];
    const switched = { ...file, privateKey: nextPrivateKey ?? file.privateKey };
    await writePrivateFile(serviceKeyFileIn(folder, service), asText(switched));
  }
}

const generate = promisify(generateKeyPair);

async function newKey(): Promise<StoredKey> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' }) as Record<string, string>;
  return { ...jwk, kty: 'RSA', kid: await calculateJwkThumbprint(jwk) };
}

const publicPartOf = ({ kid, kty, n = '', e = '' }: StoredKey): StoredKey => ({ kid, kty, n, e });

async function readAll(folder: string): Promise<Record<ServiceName, ServiceKeyFile>> {
  return eachService(async (name) => {
    const path = serviceKeyFileIn(folder, name);
    const file: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isKeyFile(file) || file.service !== name) throw new Error(`${path} is no key file of this service.`);
    return file;
  });
}

const byService = <T>(make: (name: ServiceName) => T) =>
  Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as Record<ServiceName, T>;

async function eachService<T>(make: (name: ServiceName) => Promise<T>): Promise<Record<ServiceName, T>> {
  const values = await Promise.all(serviceNames.map(async (name) => [name, await make(name)] as const));
  return Object.fromEntries(values) as Record<ServiceName, T>;
}

const asText = (file: ServiceKeyFile) => `${JSON.stringify(file, null, 2)}\n`;
