import type { MigrationSource } from '@consulta/platform/database';

/** The tables of the user service's own database; the platform's come before. */
export const userMigrations: MigrationSource = {
  room: 'user',
  folder: new URL('../migrations/', import.meta.url),
};
