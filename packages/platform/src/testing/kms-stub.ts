import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { decryptOnce, encryptOnce } from '../encryption/key-ring.ts';

export type KmsStub = {
  /** What `AWS_ENDPOINT_URL_KMS` is to name. */
  endpoint: string;
  /** How often it was asked. */
  calls: () => number;
  /** Whether it fails whatever it is asked. */
  fail: (fails: boolean) => void;
  stop: () => Promise<void>;
};

type Asked = {
  KeyId?: string;
  Plaintext?: string;
  CiphertextBlob?: string;
  EncryptionContext?: Record<string, string>;
};

class Refusal extends Error {}

/**
 * Starts what speaks as AWS KMS does (JSON 1.1: Encrypt, Decrypt, GenerateDataKey), on this machine alone. It knows any
 * key by its name, and takes any credentials.
 *
 * @param options.master opens all it wrapped; another each time by default.
 */
export async function startKmsStub({ port = 0, master = randomBytes(32) } = {}): Promise<KmsStub> {
  let [calls, fails] = [0, false];
  const server = createServer(async (request, response) => {
    calls += 1;
    const action = String(request.headers['x-amz-target']).replace('TrentService.', '');
    const asked: Asked = JSON.parse(await text(request));
    if (fails) return answer(response, 500, { __type: 'KMSInternalException' });
    try {
      return answer(response, 200, answerTo(master, action, asked));
    } catch (error) {
      const type = error instanceof Refusal ? error.message : 'InvalidCiphertextException';
      return answer(response, 400, { __type: type });
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    fail: (now) => {
      fails = now;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

function answerTo(master: Buffer, action: string, asked: Asked): object {
  const { KeyId = '', EncryptionContext = {} } = asked;
  const context = JSON.stringify([KeyId, ...Object.entries(EncryptionContext).sort()]);
  const wrap = (plain: Buffer) => encryptOnce(master, plain, context).toString('base64');
  if (action === 'Encrypt')
    return { KeyId, CiphertextBlob: wrap(Buffer.from(asked.Plaintext ?? '', 'base64')) };
  if (action === 'GenerateDataKey') {
    const key = randomBytes(32);
    return { KeyId, Plaintext: key.toString('base64'), CiphertextBlob: wrap(key) };
  }
  if (action !== 'Decrypt') throw new Refusal('UnknownOperationException');
  const plain = decryptOnce(master, Buffer.from(asked.CiphertextBlob ?? '', 'base64'), context);
  return { KeyId, Plaintext: plain.toString('base64') };
}
