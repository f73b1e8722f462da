export { advisoryLockSeeds, advisoryLocks } from './advisory-locks.ts';
export { type Limits, patientLimits, requestLimits } from './connection.ts';
export { assertConnectionsFit } from './connections-fit.ts';
export { isUnavailable, violatedConstraint } from './failures.ts';
export { type MigrationSource, migrate, missingMigrations, platformMigrations } from './migrate.ts';
export { type DatabasePlace, maintenancePool, openPool, poolBeside, readingPool } from './pool.ts';
export { queryBuilder } from './query-builder.ts';
export { sqlFile, uuidArray } from './sql-file.ts';
export { inPlainTransaction, inTransaction } from './transactions.ts';
