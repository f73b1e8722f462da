export {
  assertKeysPresent,
  assertNothingSealed,
  keyIdsInUse,
  newDataKey,
  openDataKey,
  openText,
  rewrap,
  type SealedColumn,
  sealText,
} from './envelope.ts';
export { type FrameKey, openFrames, sealedBytes, sealedRange, sealFrames } from './frames.ts';
export { KeyMissing, type KeyRing, type NamedKey, type NamedKeys, SealBroken } from './key-ring.ts';
