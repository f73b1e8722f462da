import type { MigrationSource } from '@consulta/platform/database';

/** The tables of the appointment service's own database; the platform's come before. */
export const appointmentMigrations: MigrationSource = {
  room: 'appointment',
  folder: new URL('../migrations/', import.meta.url),
};
