export { type Hosted, host } from './host.ts';
export type { Infrastructure } from './infrastructure.ts';
export { type InternalEntrance, openInternalEntrance } from './internal-entrance.ts';
export { assertCanListen } from './listen-fault.ts';
export type { PublicEntrance } from './options.ts';
export type { InternalPlace, Place } from './place.ts';
export type { Part } from './readiness.ts';
export type { Service } from './service.ts';
export { type StopSequence, stopSequence } from './stop-sequence.ts';
