export { type Buckets, emulatedS3, startBuckets } from './bucket.ts';
export { createBusResources, type Retrying } from './create-resources.ts';
export { type Fauxqs, startFauxqsHere } from './start.ts';
export { writeBusResources } from './write-resources.ts';
