import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { isGivenUp, isUnavailable } from './failures.ts';

const fromServer = (code: string) => Object.assign(new pg.DatabaseError('', 0, 'error'), { code });
const fromSystem = (code: string) => Object.assign(new Error(code), { code });

test('a database that is away, going, coming up, read-only or full is unavailable', () => {
  const states = ['08000', '08003', '08006', '08P01', '53000', '53100', '53200', '53300', '25006', '25P03'];
  for (const state of [...states, '57P01', '57P02', '57P03', '57P05', '58030'])
    assert.ok(isUnavailable(fromServer(state)), state);
  const codes = [
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'ESERVFAIL',
    'ETIMEOUT',
    'EHOSTUNREACH',
  ];
  for (const code of [...codes, 'ENETUNREACH', 'EMFILE', 'ENFILE'])
    assert.ok(isUnavailable(fromSystem(code)), code);
  assert.ok(isUnavailable(new Error('There was an error establishing an SSL connection')));
  assert.ok(isUnavailable(new AggregateError([fromSystem('ECONNREFUSED')])));
});

test('AWS that is away, slow or throttles is unavailable, and one that refuses is not', () => {
  const fromAws = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });
  for (const name of ['TimeoutError', 'ThrottlingException', 'Throttled', 'KMSThrottlingException'])
    assert.ok(isUnavailable(fromAws(name)), name);
  assert.ok(isUnavailable(fromAws('InternalError', { $fault: 'server' })));
  for (const name of ['NotFoundException', 'AuthorizationErrorException', 'InvalidParameterException'])
    assert.ok(!isUnavailable(fromAws(name, { $fault: 'client' })), name);
});

test('a statement that is at fault, or a person who is, makes nothing unavailable', () => {
  for (const state of ['22003', '23505', '42601', '40001', '57014'])
    assert.ok(!isUnavailable(fromServer(state)), state);
  for (const code of ['ENOENT', 'ERR_INVALID_ARG_TYPE']) assert.ok(!isUnavailable(fromSystem(code)), code);
  for (const other of [undefined, 'ECONNREFUSED', new Error('no')]) assert.ok(!isUnavailable(other));
});

test('what the server gives up for another may be repeated', () => {
  for (const state of ['40001', '40P01', '55P03', '57014']) assert.ok(isGivenUp(fromServer(state)), state);
  for (const state of ['23505', '57P01']) assert.ok(!isGivenUp(fromServer(state)), state);
});
