import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type BookingSettings, defaultBookingSettings } from '@consulta/contracts';
import { patientToken, startTestService } from '../../testing/harness.ts';

const service = await startTestService();
after(() => service.stop());
const { request, expect, newDoctor } = service;
const path = '/users/me/booking-settings';

test('settings are the defaults until the doctor sets any, and what is left out takes its default again', async () => {
  const { token } = newDoctor();
  assert.deepEqual(await expect<BookingSettings>(200, token, 'GET', path), defaultBookingSettings);
  const settings = {
    autoConfirm: true,
    confirmWithinHours: null,
    minBookingNoticeMinutes: 60,
    minCancelNoticeMinutes: 1440,
  };
  assert.deepEqual(await expect<BookingSettings>(200, token, 'PUT', path, settings), settings);
  assert.deepEqual(await expect<BookingSettings>(200, token, 'GET', path), settings);
  await expect(200, token, 'PUT', path, { minCancelNoticeMinutes: 5 });
  assert.deepEqual(await expect<BookingSettings>(200, token, 'GET', path), {
    ...defaultBookingSettings,
    minCancelNoticeMinutes: 5,
  });
});

test('values out of range and unknown fields are refused by name', async () => {
  const { token } = newDoctor();
  for (const [body, pointer] of [
    [{ confirmWithinHours: 0 }, '/confirmWithinHours'],
    [{ confirmWithinHours: 721 }, '/confirmWithinHours'],
    [{ minBookingNoticeMinutes: -1 }, '/minBookingNoticeMinutes'],
    [{ minCancelNoticeMinutes: 1.5 }, '/minCancelNoticeMinutes'],
    [{ autoConfirm: 'yes' }, '/autoConfirm'],
    [{ bookable: true }, '/bookable'],
  ] as const) {
    const refused = await request(token, 'PUT', path, body);
    assert.equal(refused.status, 400);
    assert.ok(refused.body.errors?.some((error) => error.pointer === pointer));
  }
});

test('only doctors have booking settings', async () => {
  assert.equal((await request(patientToken(), 'GET', path)).status, 403);
  assert.equal((await request(undefined, 'GET', path)).status, 401);
});
