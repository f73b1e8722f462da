import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greeting } from './greeting.ts';

const url = 'http://localhost:8080';

test('a start says where it is, how to ask it something and who can sign in', () => {
  const account = { role: 'patient', email: 'ana@example.com', password: 'ipê-roxo', name: 'Ana' } as const;
  const said = greeting({ url, accounts: [account] });
  for (const part of [url, `${url}/docs`, `curl ${url}/api/v1/auth/login`]) assert.ok(said.includes(part));
  assert.match(said, /patient\s+ana@example\.com\s+ipê-roxo\s+\(Ana\)/);
  assert.doesNotMatch(said, /npm run admin/);
});

test('where there are no accounts to try, it says how an administrator is made', () => {
  const said = greeting({ url, accounts: [] });
  assert.ok(said.includes(`curl ${url}/api/v1/specialties`));
  assert.match(said, /npm run admin -- create --email EMAIL --name "FULL NAME"/);
});

test('who runs npm on a Node.js that is no longer mended is told which is recommended', () => {
  const said = (userAgent?: string) => greeting({ url, accounts: [], userAgent });
  assert.match(
    said('npm/10.8.2 node/v20.20.2 linux x64 workspaces/false'),
    /Node\.js 20, .*22 or newer is recommended/,
  );
  for (const fine of [
    'npm/11.1.0 node/v22.12.0 linux x64',
    'npm/12.0.0 node/v26.10.0 darwin arm64',
    undefined,
  ])
    assert.doesNotMatch(said(fine), /recommended/);
});
