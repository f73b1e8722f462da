export { releaseMemory } from './memory-blobs.ts';
export { createTestDatabase, startTestServer, type TestDatabase } from './test-database.ts';
