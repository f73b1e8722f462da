import { runMigrations } from '@consulta/platform/alone/migrate';
import { scheduleMigrations } from './migrations.ts';

await runMigrations(scheduleMigrations);
