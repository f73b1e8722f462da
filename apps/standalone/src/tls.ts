import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { unusablePath, WrongSetting } from '@consulta/platform/process';
import type { StandaloneConfig } from './config.ts';

/** Reads the certificate and its key. Throws a {@link WrongSetting} where they are not there or do not fit. */
export async function readTls({ certFile, keyFile }: NonNullable<StandaloneConfig['tls']>) {
  const cert = await readPem('TLS_CERT_FILE', certFile);
  const key = await readPem('TLS_KEY_FILE', keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    const wanted = 'TLS_CERT_FILE and TLS_KEY_FILE accept a certificate and its private key in PEM';
    throw new WrongSetting(`${wanted}, and these are not (${reason}).`, error);
  }
  return { cert, key };
}

const readPem = (variable: string, file: string) =>
  readFile(file).catch((error: unknown) => {
    throw unusablePath(variable, file, error);
  });
