import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { SealBroken } from '../encryption/key-ring.ts';
import { holdTo, isBroken } from '../testing/contract.ts';
import { type KeyRingUnderTest, keyRingContract } from '../testing/key-ring.contract.ts';
import { type FileKeyRing, openKeyRingFile, rotateKeyFile } from './key-file.ts';

const root = await mkdtemp(join(tmpdir(), 'consulta-keys-'));
after(() => rm(root, { recursive: true, force: true }));
const newPath = async () => join(await mkdtemp(join(root, 'ring-')), 'keys.json');

type Fault = (sound: FileKeyRing, path: string) => Partial<FileKeyRing>;

async function underTest(fault: Fault = () => ({})): Promise<{ adapter: KeyRingUnderTest }> {
  const path = await newPath();
  const open = async () => {
    const sound = await openKeyRingFile(path);
    return { ...sound, ...fault(sound, path) };
  };
  await open();
  return { adapter: { open, rotate: () => rotateKeyFile(path) } };
}

holdTo('the key file', keyRingContract, () => underTest());

/** Reads the file, thinks, and writes over what others wrote meanwhile. */
async function makeUnlocked(path: string, name: string, note: string) {
  const file = JSON.parse(await readFile(path, 'utf8'));
  const key = Buffer.alloc(32, name);
  file.named[name] ??= { key: key.toString('base64'), note };
  await writeFile(path, JSON.stringify(file));
  return { key, note: String(file.named[name].note) };
}

const planted: [promise: string, fault: Fault][] = [
  [
    'what one process wraps, another opens',
    (sound) => {
      const own = new Map<string, Buffer>();
      return {
        wrap: async (dataKey, context) => {
          const { keyId, wrapped } = await sound.wrap(dataKey, context);
          own.set(wrapped.toString('hex'), dataKey);
          return { keyId, wrapped };
        },
        unwrap: async (_, wrapped) => own.get(wrapped.toString('hex')) ?? Buffer.alloc(32),
      };
    },
  ],
  [
    'what is wrapped shows nothing, and the same looks different each time',
    (sound) => ({ wrap: async (wrapped) => ({ keyId: await sound.currentKeyId(), wrapped }) }),
  ],
  [
    'a wrapped key opens in its own context alone',
    ({ wrap, unwrap }) => ({
      wrap: (dataKey) => wrap(dataKey, ''),
      unwrap: (keyId, wrapped) => unwrap(keyId, wrapped, ''),
    }),
  ],
  [
    'a wrapped key that was changed or cut anywhere does not open',
    ({ unwrap }) => {
      const lenient = () => Buffer.alloc(32);
      return { unwrap: (...given) => unwrap(...given).catch(lenient) };
    },
  ],
  [
    'of a key that is not in the ring is said that it is missing',
    ({ unwrap }) => ({
      unwrap: (...given) =>
        unwrap(...given).catch(() => {
          throw new SealBroken();
        }),
    }),
  ],
  [
    'after a rotation the older keys open, and the fresh one does in processes that were not told',
    (sound) => {
      const atStart = sound.currentKeyId();
      return { has: async (keyId) => keyId === (await atStart) };
    },
  ],
  [
    'a named key is made once, and every process has the same',
    (sound) => {
      const own = new Map<string, ReturnType<typeof sound.makeNamedKey>>();
      return {
        namedKey: async (name) => own.get(name),
        makeNamedKey: (name, note) => {
          const made = own.get(name) ?? sound.makeNamedKey(`${name} ${crypto.randomUUID()}`, note);
          own.set(name, made);
          return made;
        },
      };
    },
  ],
  [
    'of keys that are made and rotated at once none is lost',
    (_, path) => ({ makeNamedKey: (name, note) => makeUnlocked(path, name, note) }),
  ],
  [
    'changing a named key that was handed out changes nothing',
    (sound) => {
      const made = sound.makeNamedKey('trail', '');
      return { makeNamedKey: () => made, namedKey: () => made };
    },
  ],
];

for (const [promise, fault] of planted) {
  test(`a ring that breaks this is found out: ${promise}`, async () => {
    assert.ok(await isBroken(keyRingContract, promise, () => underTest(fault)));
  });
}

const makeAndRotate = `
  const { openKeyRingFile, rotateKeyFile } = await import(process.argv[1]);
  const ring = await openKeyRingFile(process.argv[2]);
  process.stdout.write('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  const ids = [];
  for (let round = 0; round < 10; round += 1) {
    ids.push(await rotateKeyFile(process.argv[2]));
    await ring.makeNamedKey(process.argv[3] + round, '');
  }
  process.stdout.write(JSON.stringify(ids));
  process.exit();`;

test('two processes that change the file at once lose no key, and a killed one holds nobody up', async () => {
  const path = await newPath();
  const module = new URL('key-file.ts', import.meta.url).href;
  const children = ['a', 'b', 'killed'].map((name) =>
    spawn(process.execPath, ['--input-type=module', '-e', makeAndRotate, module, path, name], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
  const said = children.map(({ stdout }) => once(stdout, 'data').then(String, () => '[]'));
  for (const { stdin } of children) stdin.write('go');
  const ended = children.map((child) => once(child, 'exit'));
  const before = (await stat(path)).ino;
  while ((await stat(path)).ino === before);
  children[2]?.kill('SIGKILL');
  await Promise.all(ended);
  const { keys, named } = JSON.parse(await readFile(path, 'utf8'));
  const ids = await Promise.all(said.slice(0, 2));
  for (const id of ids.flatMap((text) => JSON.parse(text))) assert.ok(id in keys);
  for (const name of ['a', 'b']) {
    for (let round = 0; round < 10; round += 1) assert.ok(`${name}${round}` in named, `${name}${round}`);
  }
  const beside = await readdir(dirname(path));
  for (const name of ['keys.json', 'keys.json.lock']) {
    assert.ok(beside.includes(name));
    assert.equal((await stat(join(dirname(path), name))).mode & 0o777, 0o600);
  }
});
