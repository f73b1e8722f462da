import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Starting allocates far more than running; V8 keeps such memory for long unless asked to give it back. */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
