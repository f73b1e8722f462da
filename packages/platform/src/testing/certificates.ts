import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no certificates can be made; false where they can. For `skip`. */
export const opensslMissing: string | false =
  spawnSync('openssl', ['version']).error !== undefined &&
  'openssl, which makes the certificates, is not installed here';

/** A server's certificate and who issued it, for a day. */
export type TestCertificate = {
  /** Its folder and the files in it, which others than their owner cannot read. */
  folder: string;
  certificateFile: string;
  keyFile: string;
  authorityFile: string;
  /** In PEM. */
  authority: string;
  remove: () => Promise<void>;
};

/** @param name whom it is for, as in `DNS:localhost` or `IP:127.0.0.1`. */
export async function makeCertificate(name: string): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-certificate-'));
  const file = (name: string) => join(folder, `${name}.pem`);
  const openssl = (...values: string[]) => execFileSync('openssl', values, { stdio: 'ignore' });
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1'];
  openssl(...make, '-subj', '/CN=authority', '-keyout', file('authority-key'), '-out', file('authority'));
  openssl(
    ...make,
    ...['-CA', file('authority'), '-CAkey', file('authority-key'), '-subj', '/CN=server'],
    ...['-addext', `subjectAltName=${name}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-keyout', file('key'), '-out', file('certificate')],
  );
  return {
    folder,
    certificateFile: file('certificate'),
    keyFile: file('key'),
    authorityFile: file('authority'),
    authority: await readFile(file('authority'), 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
