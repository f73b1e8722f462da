export { assertRegion, kmsWith, openKmsClient } from './client.ts';
export { openKmsKeyRing } from './ring.ts';
