export { type Hosted, host } from './host.ts';
export type { Infrastructure } from './infrastructure.ts';
export { assertCanListen } from './listen-fault.ts';
export type { InternalEntrance, Place, PublicEntrance } from './options.ts';
export type { Service } from './service.ts';
export { type StopSequence, stopSequence } from './stop-sequence.ts';
