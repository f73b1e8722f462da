export { createUserService, type UserServiceDeps } from './app.ts';
export { type RegistrationLimits, registrationLimitsOf, registrationVariables } from './config.ts';
export { userMigrations } from './migrations.ts';
export { createPasswordHasher } from './passwords/hasher.ts';
export { withdrawPassword } from './passwords/withdraw.ts';
export { createAdministrator, type NewAdministrator } from './registration/administrators.ts';
export { type NetworkLimits, networkHash, networkLimits } from './registration/networks.ts';
export { assertNoSigningKeysSealed, rewrapSigningKeys } from './tokens/key-rotation.ts';
