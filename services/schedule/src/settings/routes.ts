import { BookingSettings, BookingSettingsInput, defaultBookingSettings } from '@consulta/contracts';
import { callerOf, etagOf, type Routes, versionsAccepted } from '@consulta/platform/http';
import type { Log } from '@consulta/platform/process';
import type { FastifyReply } from 'fastify';
import { type BookabilityDeps, ensureDoctorKnown } from '../bookability/refresh.ts';
import { readSettings, stateOf } from './queries.ts';
import { writeSettings } from './write-settings.ts';

/** A doctor's own booking settings. */
export const settingsRoutes =
  (deps: BookabilityDeps & { log: Log }): Routes =>
  async (app) => {
    app.get(
      '/users/me/booking-settings',
      {
        config: { permission: 'booking-settings:manage-own', perMinute: 600 },
        schema: {
          operationId: 'readBookingSettings',
          summary: 'Read how one takes bookings',
          tags: ['schedules'],
          tagged: true,
          response: { 200: BookingSettings },
        },
      },
      async (request, reply) => tagged(reply, await readSettings(deps.db, callerOf(request).userId)),
    );
    app.put(
      '/users/me/booking-settings',
      {
        config: { permission: 'booking-settings:manage-own', perMinute: 60 },
        schema: {
          operationId: 'changeBookingSettings',
          summary: 'Choose how one takes bookings',
          description: 'What is left out takes its default.',
          tags: ['schedules'],
          body: BookingSettingsInput,
          tagged: true,
          versioned: true,
          response: { 200: BookingSettings },
        },
      },
      async (request, reply) => {
        const doctorId = callerOf(request).userId;
        const accepts = versionsAccepted(request.headers['if-match']);
        const settings = { ...defaultBookingSettings, ...request.body };
        await ensureDoctorKnown(deps, doctorId);
        await writeSettings(deps.db, doctorId, settings, accepts);
        deps.wake();
        return tagged(reply, settings);
      },
    );
  };

function tagged(reply: FastifyReply, settings: BookingSettings): BookingSettings {
  reply.header('etag', etagOf(stateOf(settings)));
  return settings;
}
