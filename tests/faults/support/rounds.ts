import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { processesOn } from '../../support/processes.ts';
import { removeFolder, type ServerProcess } from '../../support/server-process.ts';

/** Says a figure of a round beside its name. */
export const say = (t: TestContext, words: string) => t.diagnostic(words);

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** The exit code of a server that is expected to end by itself. */
export async function exitCodeOf(server: ServerProcess): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the server did not end')), 75_000);
  });
  return Promise.race([server.exited, never]).finally(() => clearTimeout(timer));
}

/** SIGTERM must end it in order, with nothing left running; then its folder goes. */
export async function endServer(server: ServerProcess): Promise<void> {
  assert.equal(await server.terminate(), 0);
  assert.deepEqual(await processesOn(server.folder), []);
  await removeFolder(server.folder);
}

/** For the end of a file: whatever a failed test left on the folders ends. */
export async function cleanUp(folders: string[]): Promise<void> {
  for (const folder of folders) {
    await endProcessesOn(folder);
    await removeFolder(folder);
  }
}

export async function endProcessesOn(folder: string): Promise<void> {
  for (const { pid } of await processesOn(folder)) signal([pid], 'SIGKILL');
}

/** Sends a signal to those of the processes that live. */
export function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/**
 * Skips a test that this machine cannot run, saying why; fails where everything must run (`CI`).
 */
export function unlessPossible(t: TestContext, obstacle: string | undefined): boolean {
  if (obstacle === undefined) return false;
  assert.ok(!process.env.CI, `nothing may be skipped here, but ${obstacle}`);
  t.skip(obstacle);
  return true;
}
