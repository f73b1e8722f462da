export { type Contract, holdTo, isBroken } from './contract.ts';
export { callerAllowed, internalCalls } from './internal-callers.ts';
export { answering, serviceDouble } from './service-double.ts';
export { createTestDatabase, startTestServer, type TestDatabase } from './test-database.ts';
