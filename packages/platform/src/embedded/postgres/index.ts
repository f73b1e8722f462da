export { runningDatabaseUrl, startEmbeddedPostgres } from './server.ts';
