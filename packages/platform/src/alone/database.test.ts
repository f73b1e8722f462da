import assert from 'node:assert/strict';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openPool } from '../database/pool.ts';
import { ownerOfServer } from '../embedded/postgres/launcher.ts';
import { startEmbeddedPostgres } from '../embedded/postgres/server.ts';
import { readEnvironment } from '../process/environment.ts';
import { createLog } from '../process/log.ts';
import { makeCertificate, opensslMissing, type TestCertificate } from '../testing/certificates.ts';
import { databaseAt, databaseTlsVariables, databaseUrl } from './database.ts';

const ends: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of ends.toReversed()) await end();
});

async function newCertificate(name: string): Promise<TestCertificate> {
  const certificate = await makeCertificate(name);
  ends.push(certificate.remove);
  return certificate;
}

/** The address of a PostgreSQL that shows this certificate, if any, and takes connections without TLS as well. */
async function startPostgres(certificate?: TestCertificate): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-tls-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const settings = certificate ? await tlsSettings(certificate) : {};
  const server = await startEmbeddedPostgres({ folder, durable: false, log: createLog('silent'), settings });
  ends.push(server.stop);
  return server.administrationUrl('postgres');
}

/** Started by root, PostgreSQL runs as another user, who has to be able to read its key. */
async function tlsSettings(certificate: TestCertificate): Promise<Record<string, string>> {
  const { folder, certificateFile, keyFile } = certificate;
  const owner = ownerOfServer();
  if (owner) {
    await chmod(folder, 0o755);
    await chown(keyFile, owner.uid, owner.gid);
  }
  return { ssl: 'on', ssl_cert_file: certificateFile, ssl_key_file: keyFile };
}

/** Whether the connection is by TLS, with these settings. */
async function secureAt(address: string, environment: NodeJS.ProcessEnv): Promise<boolean | undefined> {
  const variables = { DATABASE_URL: databaseUrl, ...databaseTlsVariables };
  const env = readEnvironment(variables, { DATABASE_URL: address, ...environment });
  const pool = openPool({ ...databaseAt(env.DATABASE_URL, undefined, env), connectionsMax: 1 });
  const asked = pool.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  return asked.then(({ rows }) => rows[0]?.ssl).finally(() => pool.end());
}

test('a database is reached by TLS, and only where its certificate is for it and from the authority named', {
  skip: opensslMissing,
  timeout: 150_000,
}, async () => {
  const [certificate, foreign] = [await newCertificate('IP:127.0.0.1'), await newCertificate('IP:127.0.0.1')];
  const address = await startPostgres(certificate);
  const on = { DATABASE_TLS: 'on', DATABASE_CA_FILE: certificate.authorityFile };
  assert.equal(await secureAt(address, on), true);
  assert.equal(await secureAt(address, { DATABASE_TLS: 'on', DATABASE_CA: certificate.authority }), true);
  assert.equal(await secureAt(address, {}), false);
  await assert.rejects(secureAt(address, { ...on, DATABASE_CA_FILE: foreign.authorityFile }), {
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
  await assert.rejects(secureAt(address, { DATABASE_TLS: 'on' }), {
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
  const byName = address.replace('127.0.0.1', 'localhost');
  await assert.rejects(secureAt(byName, on), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a database that has no TLS is not spoken to where TLS is asked for', { timeout: 150_000 }, async () => {
  const address = await startPostgres();
  await assert.rejects(secureAt(address, { DATABASE_TLS: 'on' }), /does not support SSL/);
});

test('an address cannot take back what DATABASE_TLS says', async () => {
  for (const parameter of ['sslmode=disable', 'sslmode=no-verify', 'ssl=0', 'sslrootcert=system']) {
    await assert.rejects(secureAt(`postgres://x@127.0.0.1/x?${parameter}`, { DATABASE_TLS: 'on' }), {
      name: 'WrongSetting',
      message: /^DATABASE_URL is not valid: .* DATABASE_TLS/,
    });
  }
});
