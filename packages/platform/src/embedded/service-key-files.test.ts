import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceName, serviceNames } from '@consulta/contracts';
import { SignJWT } from 'jose';
import { tokenAlgorithm } from '../auth/access-token.ts';
import { parseServiceKeys } from '../auth/services/key-set.ts';
import { openServiceKeys, type ServiceKeys } from '../auth/services/open-keys.ts';
import { serviceTokenType, signedCredentials } from '../auth/services/tokens.ts';
import { createLog } from '../process/log.ts';
import {
  announceServiceKeys,
  makeServiceKeys,
  serviceKeyFileIn,
  switchServiceKeys,
} from './service-key-files.ts';

const log = createLog('silent');
const folder = await mkdtemp(join(tmpdir(), 'consulta-service-keys-'));
const opened: ServiceKeys[] = [];
const open = async (service: ServiceName, everyMs?: number) => {
  const keys = await openServiceKeys(serviceKeyFileIn(folder, service), service, {
    log,
    ...(everyMs === undefined ? {} : { everyMs }),
  });
  opened.push(keys);
  return keys;
};
after(async () => {
  for (const keys of opened) keys.stop();
  await rm(folder, { recursive: true, force: true });
});
const textOf = (service: ServiceName) => readFile(serviceKeyFileIn(folder, service), 'utf8');
const keysOf = async (service: ServiceName) => parseServiceKeys(await textOf(service));
/** How often files are looked at where a test waits for it, in milliseconds. */
const often = 20;
const unauthorized = { code: 'unauthorized' };

assert.equal(await makeServiceKeys(folder), 'made');

test('each service has a file for its owner alone, with its own private key and everyone’s public ones', async () => {
  const files = await Promise.all(serviceNames.map(async (name) => JSON.parse(await textOf(name))));
  assert.equal(new Set(files.map(({ privateKey }) => privateKey.d)).size, serviceNames.length);
  for (const [index, name] of serviceNames.entries()) {
    assert.equal((await stat(serviceKeyFileIn(folder, name))).mode & 0o777, 0o600);
    assert.deepEqual(files[index].publicKeys, files[0].publicKeys);
    assert.doesNotMatch(JSON.stringify(files[index].publicKeys), /"d"/);
  }
  const texts = await Promise.all(serviceNames.map(textOf));
  assert.equal(await makeServiceKeys(folder), 'there already');
  assert.deepEqual(await Promise.all(serviceNames.map(textOf)), texts);
});

test('a token tells the service it is for who sent it, and nobody else', async () => {
  const [appointment, schedule, user] = [
    await open('appointment'),
    await open('schedule'),
    await open('user'),
  ];
  const token = await appointment.credentials.tokenFor('schedule');
  assert.equal(await appointment.credentials.tokenFor('schedule'), token, 'one serves many calls');
  assert.equal(await schedule.verify(token), 'appointment');
  assert.equal(await schedule.verify(token), 'appointment', 'also when it is remembered');
  await assert.rejects(user.verify(token), unauthorized);
  await assert.rejects(appointment.verify(token), unauthorized);
  for (const bad of ['', 'x', 'a.b.c', `${token}x`, token.split('.').slice(0, 2).join('.')]) {
    await assert.rejects(schedule.verify(bad), unauthorized, bad);
  }
});

type Forgery = { why: string; claims?: object; header?: object; from?: ServiceName; at?: number };
const minutes = 60;
const forgeries: Forgery[] = [
  { why: 'signed by a service in the name of another', from: 'user' },
  { why: 'of another type', header: { typ: 'at+jwt' } },
  { why: 'without a type', header: { typ: undefined } },
  { why: 'of a key that nobody knows', header: { kid: 'other' } },
  { why: 'without a key’s name', header: { kid: undefined } },
  { why: 'for another service', claims: { aud: 'user' } },
  { why: 'for nobody in particular', claims: { aud: undefined } },
  { why: 'of no service', claims: { iss: 'administrator' } },
  { why: 'that has ended', at: -2 * minutes },
  { why: 'that is to last for ever', at: -2 * minutes, claims: { exp: Date.now() / 1000 + 1e6 } },
  { why: 'that never ends', claims: { exp: undefined } },
  { why: 'of the future', at: 10 },
];
const forge = async ({ claims, header, from = 'appointment', at = 0 }: Forgery) => {
  const now = Math.floor(Date.now() / 1000) + at;
  const { signing } = await keysOf('appointment');
  const { key } = (await keysOf(from)).signing;
  return new SignJWT({ iss: 'appointment', aud: 'schedule', iat: now, exp: now + 60, ...claims })
    .setProtectedHeader({ alg: tokenAlgorithm, typ: serviceTokenType, kid: signing.kid, ...header })
    .sign(key);
};

test('forged, strange and old tokens are refused', async () => {
  const schedule = await open('schedule');
  assert.equal(await schedule.verify(await forge({ why: 'good' })), 'appointment');
  for (const forgery of forgeries) {
    await assert.rejects(schedule.verify(await forge(forgery)), unauthorized, forgery.why);
  }
});

test('machines whose clocks are 3 s apart understand each other', async () => {
  const schedule = await open('schedule');
  for (const at of [3, -3, -62]) {
    assert.equal(await schedule.verify(await forge({ why: '', at })), 'appointment', `${at} s`);
  }
});

/** Waits until `knows` takes what is signed with the key that is announced. */
async function untilAnnouncedTo({ verify }: ServiceKeys): Promise<void> {
  const file = JSON.parse(await textOf('appointment'));
  const next = parseServiceKeys(JSON.stringify({ ...file, privateKey: file.nextPrivateKey }));
  const isKnown = async () => {
    const token = await signedCredentials(() => next).tokenFor('schedule');
    return verify(token).then(
      () => true,
      () => false,
    );
  };
  while (!(await isKnown())) await sleep(often);
}

test('keys are rotated while everybody runs: no token is refused, and the old keys end', async () => {
  const [appointment, schedule] = [await open('appointment', often), await open('schedule', often)];
  const verifies = async (token: string) => assert.equal(await schedule.verify(token), 'appointment');
  const rotate = async (from: string): Promise<string> => {
    await announceServiceKeys(folder);
    await verifies(from);
    await untilAnnouncedTo(schedule);
    await switchServiceKeys(folder);
    for (;;) {
      const token = await appointment.credentials.tokenFor('schedule');
      await verifies(token);
      await verifies(from);
      if (token !== from) return token;
      await sleep(often);
    }
  };
  const first = await appointment.credentials.tokenFor('schedule');
  const second = await rotate(first);
  await rotate(second);
  const late = await open('schedule');
  assert.equal(await late.verify(second), 'appointment');
  await assert.rejects(late.verify(first), unauthorized, 'of the key before the last');
});

test('a rotation that was cut short is completed by the next call', async () => {
  const before = await Promise.all(serviceNames.map(textOf));
  const undoBut = async (written: ServiceName) => {
    for (const [index, name] of serviceNames.entries()) {
      if (name !== written) await writeFile(serviceKeyFileIn(folder, name), before[index] ?? '');
    }
  };
  await announceServiceKeys(folder);
  const { nextPrivateKey } = JSON.parse(await textOf('user'));
  await undoBut('user');
  await announceServiceKeys(folder);
  assert.deepEqual(JSON.parse(await textOf('user')).nextPrivateKey, nextPrivateKey);
  const announced = await textOf('schedule');
  await switchServiceKeys(folder);
  await writeFile(serviceKeyFileIn(folder, 'schedule'), announced);
  await switchServiceKeys(folder);
  const [user, schedule] = [await open('user'), await open('schedule')];
  assert.equal(await schedule.verify(await user.credentials.tokenFor('schedule')), 'user');
  assert.equal(await user.verify(await schedule.credentials.tokenFor('user')), 'schedule');
  await assert.rejects(switchServiceKeys(folder), /No next keys are announced/);
});

test('a file that is damaged later on leaves the last good keys; one that is so at the start is named', async () => {
  const path = serviceKeyFileIn(folder, 'review-processor');
  const good = await readFile(path, 'utf8');
  const keys = await open('review-processor', 5);
  const user = await open('user');
  await writeFile(path, '{"service":');
  await assert.rejects(
    openServiceKeys(path, 'review-processor', { log }),
    /^WrongSetting: SERVICE_KEYS_FILE must hold the review-processor service’s keys/,
  );
  assert.equal(await user.verify(await keys.credentials.tokenFor('user')), 'review-processor');
  await writeFile(path, good);
  await assert.rejects(openServiceKeys(path, 'user', { log }), /not those of another/);
  await assert.rejects(
    openServiceKeys(join(folder, 'none'), 'user', { log }),
    /SERVICE_KEYS_FILE is .*no such file/,
  );
});

test('where some files are missing none is made, for the others would not know it', async () => {
  const path = serviceKeyFileIn(folder, 'schedule');
  const text = await readFile(path, 'utf8');
  await rm(path);
  await assert.rejects(makeServiceKeys(folder), /are missing: schedule\./);
  await writeFile(path, text, { mode: 0o600 });
});
