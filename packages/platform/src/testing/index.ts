export * from './blob-store.contract.ts';
export * from './test-database.ts';
