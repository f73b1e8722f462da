import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  type KMSClientConfig,
} from '@aws-sdk/client-kms';
import { KeysAway, SealBroken } from '../../encryption/key-ring.ts';
import { WrongSetting } from '../../process/environment.ts';

/** Without `throwOnRequestTimeout` the SDK only warns of a request that takes longer. */
const limits = { connectionTimeout: 500, requestTimeout: 1_500, throwOnRequestTimeout: true };

/** The client of KMS; credentials, region and endpoint come from the environment, by the SDK's own chain. */
export const openKmsClient = (config: KMSClientConfig = {}): KMSClient =>
  new KMSClient({ maxAttempts: 2, requestHandler: limits, ...config });

/** Throws a {@link WrongSetting} where nothing says in which region the key is. */
export async function assertRegion(client: KMSClient): Promise<void> {
  await client.config.region().catch((cause: unknown) => {
    throw new WrongSetting(
      'AWS_REGION is missing: it accepts the region of the key, as in sa-east-1.',
      cause,
    );
  });
}

/** What a key is for: KMS opens it in no other context, and a policy may speak of it. */
export type Context = Record<string, string>;

/** What a key ring asks of KMS. Each throws {@link KeysAway} where KMS gives no answer. */
export type Kms = {
  /** A fresh key of 32 bytes, open and wrapped. */
  generate: (context: Context) => Promise<{ key: Buffer; wrapped: Buffer }>;
  encrypt: (plain: Buffer, context: Context) => Promise<Buffer>;
  /** Throws {@link SealBroken}. */
  decrypt: (wrapped: Buffer, context: Context) => Promise<Buffer>;
};

/** KMS with one key: what another key wrapped does not open, even where we might use that one. */
export function kmsWith(client: KMSClient, KeyId: string): Kms {
  return {
    generate: async (EncryptionContext) => {
      const asked = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext });
      const { Plaintext, CiphertextBlob } = await client.send(asked).catch(refused);
      return { key: given(Plaintext), wrapped: given(CiphertextBlob) };
    },
    encrypt: async (Plaintext, EncryptionContext) => {
      const asked = new EncryptCommand({ KeyId, Plaintext, EncryptionContext });
      return given((await client.send(asked).catch(refused)).CiphertextBlob);
    },
    decrypt: async (CiphertextBlob, EncryptionContext) => {
      const asked = new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext });
      return given((await client.send(asked).catch(refused)).Plaintext);
    },
  };
}

/** What KMS says of what it did not wrap, or not for this, or not with this key. All else may pass or be mended. */
const broken = /^(InvalidCiphertextException|IncorrectKeyException)$/;

function refused(error: unknown): never {
  if (error instanceof Error && broken.test(error.name)) throw new SealBroken();
  throw new KeysAway(error);
}

function given(bytes: Uint8Array | undefined): Buffer {
  if (!bytes) throw new KeysAway(new Error('the answer of KMS is empty'));
  return Buffer.from(bytes);
}
