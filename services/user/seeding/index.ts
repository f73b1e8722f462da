export {
  type BulkUser,
  insertUsersInBulk,
  openSessionsInBulk,
  tokenSigner,
} from './bulk.ts';
export { searchStatements } from './recorded-searches.ts';
export { insertSampleDoctors, sampleCities } from './sample-doctors.ts';
