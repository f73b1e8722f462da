import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import type { TokenPair } from '@consulta/contracts';
import { apiAt } from './support/api.ts';
import { removeFolder, type ServerProcess, startServer } from './support/server-process.ts';

const servers: ServerProcess[] = [];
after(async () => {
  for (const server of servers) await server.kill('node and postgres').catch(() => {});
  for (const { folder } of servers) await removeFolder(folder);
});

async function start(options: Parameters<typeof startServer>[0] = {}): Promise<ServerProcess> {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

type Answer = { status: number; body: string };

/** Asks on 127.0.0.1 for something of another name, as a browser does whose name server was made to lie. */
const ask = (port: number, path: string, host: string) =>
  new Promise<Answer>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers: { host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .once('error', reject)
      .end();
  });

const foreign = ['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example:80'];

test('an entrance for this machine alone answers to no other name, on both ports and every path', async () => {
  const { port, internalPort } = await start();
  for (const host of foreign) {
    for (const path of ['/health/live', '/openapi.json', '/api/v1/doctors', '/nowhere']) {
      const { status, body } = await ask(port, path, host);
      assert.equal(status, 421, `${path} of "${host}"`);
      assert.equal(JSON.parse(body).code, 'misdirected');
    }
    for (const path of ['/metrics', '/.well-known/jwks.json']) {
      assert.equal((await ask(internalPort, path, host)).status, 421, `${path} of "${host}"`);
    }
  }
  for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
    for (const host of [name, `${name}:${port}`, `${name}:80`]) {
      assert.equal((await ask(port, '/health/live', host)).status, 200, host);
    }
  }
  assert.equal((await ask(internalPort, '/metrics', `127.0.0.1:${internalPort}`)).status, 200);
});

const accountsOf = (server: ServerProcess) =>
  [...server.output().matchAll(/(patient|doctor|admin)\s+(\S+@\S+)\s+(\S+)/g)].map(
    ([, role, email = '', password = '']) => ({ role, email, password }),
  );

const signIn = ({ url }: ServerProcess, { email, password }: { email: string; password: string }) =>
  apiAt(url).call<TokenPair>('POST', '/auth/login', { body: { identifier: email, password } });

test('accounts made for trying it out stay at home: elsewhere their public password opens nothing', async () => {
  const home = await start({ environment: { DEMO: '1' } });
  const accounts = accountsOf(home);
  assert.deepEqual(
    accounts.map(({ role }) => role),
    ['patient', 'doctor', 'admin'],
  );
  const sessions = await Promise.all(accounts.map((account) => signIn(home, account)));
  assert.deepEqual(
    sessions.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal(await home.terminate(), 0);

  const open = await start({ folder: home.folder, port: home.port, environment: { HOST: '0.0.0.0' } });
  const others = ['paciente2@demo.consulta.example', 'medico2@demo.consulta.example'];
  const password = accounts[0]?.password ?? '';
  for (const account of [...accounts, ...others.map((email) => ({ email, password }))]) {
    assert.equal((await signIn(open, account)).status, 401, account.email);
  }
  for (const { body } of sessions) {
    const api = apiAt(open.url);
    await api.expect(401, 'GET', '/users/me', { token: body.accessToken });
    await api.expect(401, 'POST', '/auth/refresh', { body: { refreshToken: body.refreshToken } });
  }
  assert.equal((await ask(open.port, '/health/live', 'consulta.example')).status, 200);
});

test('demo accounts asked for on an open entrance get random passwords, each its own', async () => {
  const server = await start({ environment: { HOST: '0.0.0.0', DEMO: '1' } });
  const accounts = accountsOf(server);
  assert.equal(accounts.length, 3);
  assert.equal(new Set(accounts.map(({ password }) => password)).size, 3);
  for (const account of accounts) {
    assert.equal((await signIn(server, account)).status, 200);
    const { status } = await signIn(server, { ...account, password: 'consulta-demo-2026' });
    assert.equal(status, 401);
  }
});
