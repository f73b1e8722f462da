import { runMigrations } from '@consulta/platform/alone/migrate';
import { appointmentMigrations } from './migrations.ts';

await runMigrations(appointmentMigrations);
