/**
 * Gives a buffer's memory back now and not at some garbage collection, which, seeing only small objects, lets
 * tens of megabytes of used frames gather. The buffer is empty afterwards. Shared memory is left alone.
 */
export function releaseMemory(buffer: Buffer): void {
  const { buffer: memory } = buffer;
  if (memory instanceof ArrayBuffer && memory.byteLength === buffer.byteLength) memory.transfer(0);
}
