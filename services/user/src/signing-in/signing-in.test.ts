import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Problem, Session, TokenPair, User } from '@consulta/contracts';
import { aDoctor, aPatient, startHarness } from '../../testing/harness.ts';

const { call, pool, register, signIn, stop } = await startHarness();
after(stop);

const refresh = (refreshToken: string) =>
  call<Required<TokenPair> & Problem>('POST', '/auth/refresh', { body: { refreshToken } });
const logout = (refreshToken: string) => call<Problem>('POST', '/auth/logout', { body: { refreshToken } });
const me = (token: string) => call<User>('GET', '/users/me', { token });

async function newPatient() {
  const input = aPatient();
  await register(input);
  return { input, tokens: await signIn(input.email, input.password) };
}

test('a doctor signs in by e-mail, CPF or CRM, whatever the spelling', async () => {
  const input = aDoctor({ crm: { number: '012345', state: 'SP' } });
  const doctor = await register(input);
  const masked = input.cpf.replace(/(...)(...)(...)(..)/, '$1.$2.$3-$4');
  for (const identifier of [
    input.email,
    ` ${input.email.toUpperCase()} `,
    input.cpf,
    masked,
    '12345-sp',
    '012345-SP',
  ]) {
    const { accessToken, tokenType, expiresIn } = await signIn(identifier, input.password);
    assert.equal(tokenType, 'Bearer');
    assert.equal(expiresIn, 600);
    assert.equal((await me(accessToken)).body.id, doctor.id);
  }
});

test('an unknown identifier and a wrong password get the same answer', async () => {
  const { input } = await newPatient();
  const attempts = [
    { identifier: input.email, password: 'not the password' },
    { identifier: 'nobody@example.com', password: input.password },
    { identifier: '52998224725', password: input.password },
    { identifier: '999999-SP', password: input.password },
  ];
  const answers = await Promise.all(attempts.map((body) => call<Problem>('POST', '/auth/login', { body })));
  for (const { status, body } of answers) {
    assert.equal(status, 401);
    assert.deepEqual(body, answers[0]?.body);
    assert.equal(body.code, 'invalid_credentials');
  }
});

test('a refresh token is exchanged for the next one, in the same session', async () => {
  const { tokens } = await newPatient();
  const second = await refresh(tokens.refreshToken);
  assert.equal(second.status, 200);
  assert.notEqual(second.body.refreshToken, tokens.refreshToken);
  assert.equal((await me(second.body.accessToken)).status, 200);
  assert.equal((await refresh(second.body.refreshToken)).status, 200);
  const { body } = await call<{ items: Session[] }>('GET', '/users/me/sessions', {
    token: tokens.accessToken,
  });
  assert.equal(body.items.length, 1);
});

test('a reused refresh token ends its whole family and the access tokens with it', async () => {
  const { input, tokens } = await newPatient();
  const elsewhere = await signIn(input.email, input.password);
  const second = await refresh(tokens.refreshToken);
  const reuse = await refresh(tokens.refreshToken);
  assert.equal(reuse.status, 401);
  assert.equal(reuse.body.code, 'invalid_refresh_token');
  assert.equal((await refresh(second.body.refreshToken)).status, 401);
  assert.equal((await me(second.body.accessToken)).status, 401);
  assert.equal((await me(elsewhere.accessToken)).status, 200);
});

test('of twenty uses of one refresh token at once, at most one succeeds and the family ends', async () => {
  const { tokens } = await newPatient();
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(tokens.refreshToken)));
  const won = answers.filter(({ status }) => status === 200);
  assert.equal(won.length, 1);
  assert.equal((await refresh(won[0]?.body.refreshToken ?? '')).status, 401);
});

test('refresh tokens are not in the database', async () => {
  const { tokens } = await newPatient();
  const { rows } = await pool.query<{ line: string }>(
    'SELECT t::text AS line FROM refresh_tokens t UNION ALL SELECT s::text FROM sessions s',
  );
  const dump = rows.map(({ line }) => line).join('\n');
  assert.ok(!dump.includes(tokens.refreshToken));
  assert.ok(!dump.includes(Buffer.from(tokens.refreshToken).toString('hex')));
});

test('signing out ends the session at once', async () => {
  const { tokens } = await newPatient();
  assert.equal((await logout(tokens.refreshToken)).status, 200);
  assert.equal((await me(tokens.accessToken)).status, 401);
  assert.equal((await refresh(tokens.refreshToken)).status, 401);
  assert.equal((await logout(tokens.refreshToken)).status, 401);
});

test('an expired session is over', async () => {
  const { tokens } = await newPatient();
  const { body } = await call<{ items: Session[] }>('GET', '/users/me/sessions', {
    token: tokens.accessToken,
  });
  await pool.query('UPDATE sessions SET expires_at = now() WHERE id = $1', [body.items[0]?.id]);
  assert.equal((await refresh(tokens.refreshToken)).status, 401);
});

test('without a refresh token the refusal names the field', async () => {
  const answer = await call<Problem>('POST', '/auth/refresh', { body: {} });
  assert.equal(answer.status, 400);
  assert.equal(answer.body.errors?.[0]?.pointer, '/refreshToken');
});

test('with the header the refresh token travels in a cookie only', async () => {
  const input = aPatient();
  await register(input);
  const transport = { 'x-token-transport': 'cookie' };
  const body = { identifier: input.email, password: input.password };
  const answer = await call<TokenPair>('POST', '/auth/login', { body, headers: transport });
  assert.equal(answer.body.refreshToken, undefined);
  const setCookie = String(answer.headers['set-cookie']);
  assert.match(
    setCookie,
    /^__Host-refresh=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
  );
  const cookie = `theme=dark; ${setCookie.split(';')[0]}`;

  assert.equal((await call('POST', '/auth/refresh', { headers: { cookie } })).status, 400);
  const next = await call<TokenPair>('POST', '/auth/refresh', { headers: { cookie, ...transport } });
  assert.equal(next.status, 200);
  assert.equal(next.body.refreshToken, undefined);
  const nextCookie = String(next.headers['set-cookie']).split(';')[0] ?? '';
  assert.notEqual(nextCookie, setCookie.split(';')[0]);

  assert.equal((await call('POST', '/auth/logout', { headers: transport })).status, 401);
  const out = await call('POST', '/auth/logout', { headers: { cookie: nextCookie, ...transport } });
  assert.equal(out.status, 200);
  assert.match(String(out.headers['set-cookie']), /^__Host-refresh=; .*Max-Age=0$/);
  assert.equal((await me(next.body.accessToken)).status, 401);
});

/** A browser's session: its cookies, and a refresh with any of them. */
async function newBrowser() {
  const input = aPatient();
  await register(input);
  const transport = { 'x-token-transport': 'cookie' };
  const cookieOf = ({ headers }: { headers: Record<string, unknown> }) =>
    String(headers['set-cookie']).split(';')[0] ?? '';
  const body = { identifier: input.email, password: input.password };
  const signedIn = await call<TokenPair>('POST', '/auth/login', { body, headers: transport });
  const refreshWith = async (cookie: string) => {
    const answer = await call<TokenPair>('POST', '/auth/refresh', { headers: { cookie, ...transport } });
    return { status: answer.status, cookie: cookieOf(answer), accessToken: answer.body.accessToken };
  };
  return { cookie: cookieOf(signedIn), refreshWith };
}
const tokenIn = (cookie: string) => cookie.slice('__Host-refresh='.length);
/** Lets the uses of a token have been some seconds ago. */
const letPass = (cookie: string, seconds: number) =>
  pool.query(
    "UPDATE refresh_tokens SET used_at = used_at - interval '1 second' * $2 WHERE hash = sha256($1::bytea)",
    [Buffer.from(tokenIn(cookie)), seconds],
  );

test('in a cookie, two uses of a refresh token at once both go on, and so does what either got', async () => {
  const { cookie, refreshWith } = await newBrowser();
  const both = await Promise.all([refreshWith(cookie), refreshWith(cookie)]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [200, 200],
  );
  for (const { accessToken } of both) assert.equal((await me(accessToken)).status, 200);
  const next = await refreshWith(both[1]?.cookie ?? '');
  assert.equal(next.status, 200);
  assert.equal((await refreshWith(next.cookie)).status, 200);
});

test('a refresh token in a cookie is honoured once more, and not twice', async () => {
  const { cookie, refreshWith } = await newBrowser();
  await refreshWith(cookie);
  await letPass(cookie, 15);
  const again = await refreshWith(cookie);
  assert.equal(again.status, 200);
  assert.equal((await refreshWith(cookie)).status, 401);
  assert.equal((await refreshWith(again.cookie)).status, 401);
  assert.equal((await me(again.accessToken)).status, 401);
});

test('20 seconds after its use a refresh token in a cookie ends its family', async () => {
  const { cookie, refreshWith } = await newBrowser();
  const next = await refreshWith(cookie);
  await letPass(cookie, 20);
  assert.equal((await refreshWith(cookie)).status, 401);
  assert.equal((await me(next.accessToken)).status, 401);
});

test('in a body a refresh token ends its family at once when it comes again, wherever it was given', async () => {
  const { cookie, refreshWith } = await newBrowser();
  const next = await refreshWith(cookie);
  assert.equal((await refresh(tokenIn(cookie))).status, 401);
  assert.equal((await refreshWith(next.cookie)).status, 401);
});

test('of two tokens that one refresh token gave, the one that is used makes the other a used one', async () => {
  const { cookie, refreshWith } = await newBrowser();
  const [first, second] = [await refreshWith(cookie), await refreshWith(cookie)];
  const onward = await refreshWith(first.cookie);
  assert.equal(onward.status, 200);
  await letPass(second.cookie, 20);
  assert.equal((await refreshWith(second.cookie)).status, 401);
  assert.equal((await refreshWith(onward.cookie)).status, 401);
});

test('sessions are listed newest first in pages, and one can be ended', async () => {
  const { input, tokens } = await newPatient();
  for (let i = 0; i < 4; i += 1) await signIn(input.email, input.password);
  const ids: string[] = [];
  let cursor = '';
  do {
    const path = `/users/me/sessions?limit=2${cursor && `&cursor=${cursor}`}`;
    const { body } = await call<{ items: Session[]; nextCursor: string | null }>('GET', path, {
      token: tokens.accessToken,
    });
    ids.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor ?? '';
  } while (cursor);
  assert.equal(ids.length, 5);
  assert.deepEqual(ids, [...new Set(ids)].sort().reverse());

  const stranger = await newPatient();
  const path = `/users/me/sessions/${ids.at(-1)}`;
  assert.equal((await call('DELETE', path, { token: stranger.tokens.accessToken })).status, 404);
  assert.equal((await me(tokens.accessToken)).status, 200);
  assert.equal((await call('DELETE', path, { token: tokens.accessToken })).status, 204);
  assert.equal((await me(tokens.accessToken)).status, 401);
});

test('a new password ends all other sessions and replaces the old one', async () => {
  const { input, tokens } = await newPatient();
  const elsewhere = await signIn(input.email, input.password);
  const change = (password: string, newPassword: string) =>
    call<Problem>('PUT', '/users/me/password', {
      token: tokens.accessToken,
      body: { password, newPassword },
    });
  assert.equal((await change('not the password', 'another long one')).body.code, 'invalid_credentials');
  assert.equal((await change(input.password, 'password123')).status, 400);
  assert.equal((await change(input.password, 'another long one')).status, 204);
  assert.equal((await me(tokens.accessToken)).status, 200);
  assert.equal((await me(elsewhere.accessToken)).status, 401);
  assert.equal((await refresh(elsewhere.refreshToken)).status, 401);
  assert.equal((await refresh(tokens.refreshToken)).status, 200);
  await signIn(input.email, 'another long one');
  const old = { identifier: input.email, password: input.password };
  assert.equal((await call('POST', '/auth/login', { body: old })).status, 401);
});
