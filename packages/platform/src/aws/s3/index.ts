export { openS3Blobs } from './blobs.ts';
export { assertRegion, openS3Client } from './client.ts';
export { openS3Texts } from './texts.ts';
