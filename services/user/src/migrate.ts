import { runMigrations } from '@consulta/platform/alone/migrate';
import { userMigrations } from './migrations.ts';

await runMigrations(userMigrations);
