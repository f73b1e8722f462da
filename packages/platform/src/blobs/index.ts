export { BlobMissing, type BlobStore, type ByteRange, newBlobKey } from './blob-store.ts';
