import type { MigrationSource } from '@consulta/platform';

export { createAdministrator, type NewAdministrator } from './administrators.ts';
export {
  type BulkUser,
  insertUsersInBulk,
  openSessionsInBulk,
  signAccessToken,
  tokenSigner,
} from './bulk.ts';
export { insertSampleDoctors, sampleCities } from './directory/sample-doctors.ts';
export { searchStatements } from './directory/search/recording.ts';
export { createPasswordHasher } from './passwords/hasher.ts';
export { withdrawPassword } from './passwords/withdraw.ts';
export { type NetworkLimits, networkHash } from './registration/networks.ts';
export { cpfCheckDigit } from './registration/rules.ts';
export { createUserService, type UserService, type UserServiceDeps } from './service.ts';

export const userMigrations: MigrationSource = {
  room: 'user',
  folder: new URL('../migrations/', import.meta.url),
};
