import type { MigrationSource } from '@consulta/platform/database';

/** The tables of the schedule service's own database; the platform's come before. */
export const scheduleMigrations: MigrationSource = {
  room: 'schedule',
  folder: new URL('../migrations/', import.meta.url),
};
