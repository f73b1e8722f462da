import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decryptOnce, encryptOnce, KeyMissing, type KeyRing, keyBytes } from './key-ring.ts';

type KeyFile = { current: string; keys: Map<string, Buffer> };

/** A ring kept in a file; `reload` takes up what another process changed there. */
export type FileKeyRing = KeyRing & { reload: () => Promise<void> };

/**
 * The embedded mode's key ring: a JSON file only its owner may read (mode 0600, refused otherwise), made with
 * one key on the first start. Losing it is losing all that was encrypted: back it up, apart from the data.
 */
export async function openKeyRingFile(path: string): Promise<FileKeyRing> {
  await mkdir(dirname(path), { recursive: true });
  let file = (await readKeyFile(path)) ?? (await createKeyFile(path));
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
    wrap: async (dataKey, context) => {
      const { current, keys } = file;
      const key = keys.get(current);
      if (!key) throw new KeyMissing(current);
      return { keyId: current, wrapped: encryptOnce(key, dataKey, contextOf(current, context)) };
    },
    unwrap: async (keyId, wrapped, context) => {
      const key = await find(keyId);
      if (!key) throw new KeyMissing(keyId);
      return decryptOnce(key, wrapped, contextOf(keyId, context));
    },
  };
}

/** Adds a key to the file and makes it the current one; the older ones go on opening. Answers its id. */
export async function rotateKeyFile(path: string): Promise<string> {
  const file = await readKeyFile(path);
  if (!file) throw new Error(`there is no key file at ${path}`);
  const fresh = freshKey();
  await writeBeside(
    path,
    { current: fresh.id, keys: new Map([...file.keys, [fresh.id, fresh.key]]) },
    rename,
  );
  return fresh.id;
}

const contextOf = (keyId: string, context: string) => `data key under ${keyId} for ${context}`;
const freshKey = () => ({ id: randomBytes(8).toString('hex'), key: randomBytes(keyBytes) });

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    if (((await stat(path)).mode & 0o077) !== 0) {
      throw new Error(`the key file ${path} can be read by others; give it mode 0600`);
    }
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseKeyFile(path, text);
}

function parseKeyFile(path: string, text: string): KeyFile {
  const refuse = () => new Error(`the key file ${path} is damaged; restore it from its backup`);
  let parsed: { current?: unknown; keys?: Record<string, unknown> };
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse();
  }
  const keys = new Map<string, Buffer>();
  for (const [id, encoded] of Object.entries(parsed.keys ?? {})) {
    const key = Buffer.from(typeof encoded === 'string' ? encoded : '', 'base64');
    if (!/^[0-9a-f]{16}$/.test(id) || key.length !== keyBytes) throw refuse();
    keys.set(id, key);
  }
  if (typeof parsed.current !== 'string' || !keys.has(parsed.current)) throw refuse();
  return { current: parsed.current, keys };
}

/** Of two processes that start at once the first to link its file wins, and both use that one. */
async function createKeyFile(path: string): Promise<KeyFile> {
  const fresh = freshKey();
  const made = { current: fresh.id, keys: new Map([[fresh.id, fresh.key]]) };
  await writeBeside(path, made, async (temporary) => {
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  });
  return (await readKeyFile(path)) ?? made;
}

/** Writes a synced file beside `path` and lets `place` put it there, so that no half key file ever counts. */
async function writeBeside(
  path: string,
  { current, keys }: KeyFile,
  place: (temporary: string, path: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}`;
  const encoded = Object.fromEntries([...keys].map(([id, key]) => [id, key.toString('base64')]));
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ current, keys: encoded }, null, 2)}\n`);
    await handle.sync().finally(() => handle.close());
    await place(temporary, path);
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
  } finally {
    await rm(temporary, { force: true });
  }
}
