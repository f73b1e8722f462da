import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownersOf } from './owners.ts';
import routes from './routes.json' with { type: 'json' };

const owners = ownersOf(routes);
const ownerOf = (path: string) =>
  owners.find(({ pattern }) => new RegExp(pattern).test(path))?.service ?? 'nobody';

test('each path that is deployed goes to its owner, whatever stands in place of its parameters', () => {
  const id = '01930000-0000-7000-8000-000000000000';
  for (const { path, service } of routes) {
    for (const value of [id, 'a', '%20', '..%2f..', "'"]) {
      assert.equal(ownerOf(path.replaceAll(/:\w+/g, value)), service, path);
    }
  }
});

test('what several services share is told apart by its last segments', () => {
  assert.equal(ownerOf('/api/v1/users/me'), 'user');
  assert.equal(ownerOf('/api/v1/users/me/doctors'), 'appointment');
  assert.equal(ownerOf('/api/v1/users/me/booking-settings'), 'schedule');
  assert.equal(ownerOf('/api/v1/doctors/1'), 'user');
  assert.equal(ownerOf('/api/v1/doctors/1/slots'), 'schedule');
  assert.equal(ownerOf('/api/v1/doctors/1/reviews'), 'appointment');
});

test('what is served alone takes one pattern, and a name that only begins alike is not taken for it', () => {
  const appointments = owners.filter(({ pattern }) => pattern.startsWith('^/api/v1/appointments'));
  assert.deepEqual(appointments, [{ pattern: '^/api/v1/appointments(/|$)', service: 'appointment' }]);
  assert.equal(ownerOf('/api/v1/appointmentsx'), 'nobody');
});

test('a segment that is spelled out goes before a parameter in its place', () => {
  const shared = ownersOf([
    { path: '/a/:id', service: 'one' },
    { path: '/a/next', service: 'other' },
    { path: '/a/:id/more', service: 'other' },
  ]);
  const patterns = shared.map(({ pattern, service }) => `${pattern} ${service}`);
  assert.deepEqual(patterns, ['^/a/next(/|$) other', '^/a/[^/]+/more(/|$) other', '^/a/[^/]+$ one']);
});

test('a path that two services claim is refused', () => {
  const twice = ['one', 'other'].map((service) => ({ path: '/a/:id', service }));
  assert.throws(() => ownersOf(twice), /\/a\/:id is served by one and other/);
});
