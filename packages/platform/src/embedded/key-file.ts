import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type KeyRing, keyBytes, type NamedKey, type NamedKeys } from '../encryption/key-ring.ts';
import { unwrapUnder, wrapUnder } from '../encryption/wrapping.ts';
import {
  createPrivateFile,
  makeFolder,
  readIfThere,
  undefinedIfAbsent,
  writePrivateFile,
} from './durable-files.ts';
import { lockFile } from './file-lock.ts';

type KeyFile = { current: string; keys: Map<string, Buffer>; named: Map<string, NamedKey> };

/** A ring kept in a file; `reload` takes up what another process changed there. */
export type FileKeyRing = KeyRing & NamedKeys & { reload: () => Promise<void> };

/**
 * The embedded mode's key ring: a JSON file only its owner may read (mode 0600, refused otherwise), made with
 * one key on the first start. Losing it is losing all that was encrypted: back it up, apart from the data.
 *
 * @param beforeMaking throws where a new key would be the wrong one, because what it should open is there already.
 */
export async function openKeyRingFile(
  path: string,
  { beforeMaking = async () => {} }: { beforeMaking?: () => Promise<void> } = {},
): Promise<FileKeyRing> {
  await makeFolder(dirname(path));
  const make = () => beforeMaking().then(() => createKeyFile(path));
  let file = (await readKeyFile(path)) ?? (await make());
  const reload = async () => {
    file = (await readKeyFile(path)) ?? file;
  };
  /** An unknown key may be one that another process has just rotated in. */
  const find = async (keyId: string) => {
    if (!file.keys.has(keyId)) await reload();
    return file.keys.get(keyId);
  };
  return {
    reload,
    currentKeyId: async () => file.current,
    has: async (keyId) => (await find(keyId)) !== undefined,
    wrap: async (dataKey, context) => wrapUnder(file.keys, file.current, dataKey, context),
    unwrap: async (keyId, wrapped, context) => {
      await find(keyId);
      return unwrapUnder(file.keys, keyId, wrapped, context);
    },
    namedKey: async (name) => {
      await reload();
      const found = file.named.get(name);
      return found && copyOf(found);
    },
    makeNamedKey: async (name, note) => {
      let made: NamedKey = { key: randomBytes(keyBytes), note };
      file = await changeKeyFile(path, (now) => {
        made = now.named.get(name) ?? made;
        return { ...now, named: new Map([...now.named, [name, made]]) };
      });
      return copyOf(made);
    },
  };
}

/** A named key of a key file, for a command that must not make one: undefined where either is missing. */
export async function readNamedKey(path: string, name: string): Promise<NamedKey | undefined> {
  return (await readKeyFile(path))?.named.get(name);
}

/** Adds a key to the file and makes it the current one; the older ones go on opening. Answers its id. */
export async function rotateKeyFile(path: string): Promise<string> {
  const fresh = freshKey();
  await changeKeyFile(path, (file) => {
    return { ...file, current: fresh.id, keys: new Map([...file.keys, [fresh.id, fresh.key]]) };
  });
  return fresh.id;
}

/** How long another process may take to change the file: it writes a few hundred bytes. */
const lockWaitMs = 10_000;

/** Changes the file as it is now: of processes that change it at once each adds to what the others did. */
async function changeKeyFile(path: string, change: (file: KeyFile) => KeyFile): Promise<KeyFile> {
  const release = await lockFile(`${path}.lock`, lockWaitMs);
  if (!release) throw new Error(`another process is changing the key file ${path}`);
  try {
    const file = await readKeyFile(path);
    if (!file) throw new Error(`there is no key file at ${path}`);
    const changed = change(file);
    const text = keyFileText(changed);
    if (text !== keyFileText(file)) await writePrivateFile(path, text);
    return changed;
  } finally {
    release();
  }
}

const copyOf = ({ key, note }: NamedKey): NamedKey => ({ key: Buffer.from(key), note });
const freshKey = () => ({ id: randomBytes(8).toString('hex'), key: randomBytes(keyBytes) });

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const found = await stat(path).catch(undefinedIfAbsent);
  if (found && (found.mode & 0o077) !== 0) {
    throw new Error(`the key file ${path} can be read by others; give it mode 0600`);
  }
  const text = await readIfThere(path);
  return text === undefined ? undefined : parseKeyFile(path, text);
}

function parseKeyFile(path: string, text: string): KeyFile {
  const refuse = () => new Error(`the key file ${path} is damaged; restore it from its backup`);
  let parsed: { current?: unknown; keys?: Record<string, unknown>; named?: Record<string, unknown> };
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse();
  }
  const parseKey = (encoded: unknown) => {
    const key = Buffer.from(typeof encoded === 'string' ? encoded : '', 'base64');
    if (key.length !== keyBytes) throw refuse();
    return key;
  };
  const keys = new Map<string, Buffer>();
  for (const [id, encoded] of Object.entries(parsed.keys ?? {})) {
    if (!/^[0-9a-f]{16}$/.test(id)) throw refuse();
    keys.set(id, parseKey(encoded));
  }
  if (typeof parsed.current !== 'string' || !keys.has(parsed.current)) throw refuse();
  const named = new Map<string, NamedKey>();
  for (const [name, entry] of Object.entries(parsed.named ?? {})) {
    const { key, note } = (entry ?? {}) as Record<string, unknown>;
    if (typeof note !== 'string') throw refuse();
    named.set(name, { key: parseKey(key), note });
  }
  return { current: parsed.current, keys, named };
}

/** Of two processes that start at once the first to link its file wins, and both use that one. */
async function createKeyFile(path: string): Promise<KeyFile> {
  const fresh = freshKey();
  const made = { current: fresh.id, keys: new Map([[fresh.id, fresh.key]]), named: new Map() };
  await createPrivateFile(path, keyFileText(made));
  return (await readKeyFile(path)) ?? made;
}

function keyFileText({ current, keys, named }: KeyFile): string {
  const text = {
    current,
    keys: Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')])),
    named: Object.fromEntries(
      [...named].map(([name, { key, note }]) => [name, { key: key.toString('base64'), note }]),
    ),
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}
