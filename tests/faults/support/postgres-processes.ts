import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { processesOn } from '../../support/processes.ts';
import type { ServerProcess } from '../../support/server-process.ts';

const dataFolder = ({ folder }: { folder: string }) => join(folder, 'postgres', 'data');

/** The process id in PostgreSQL's own pid file. */
export async function postmasterOf(server: { folder: string }): Promise<number> {
  const [line] = (await readFile(join(dataFolder(server), 'postmaster.pid'), 'utf8')).split('\n');
  return Number(line);
}

/** The postmaster and all its children. */
export async function postgresProcesses(server: { folder: string }): Promise<number[]> {
  return (await processesOn(dataFolder(server))).map(({ pid }) => pid);
}

/** The processes that serve a connection of ours. */
export async function backendsOf(server: { folder: string }): Promise<number[]> {
  const found = await processesOn(dataFolder(server));
  return found
    .filter(({ command }) => /^postgres: consulta|127\.0\.0\.1/.test(command))
    .map(({ pid }) => pid);
}

/** Fails unless every PostgreSQL process on the folder soon belongs to the one postmaster that runs now. */
export async function assertOneServer(server: ServerProcess): Promise<void> {
  await eventually(async () => {
    const postmaster = await postmasterOf(server);
    for (const pid of await postgresProcesses(server)) {
      if (pid !== postmaster)
        assert.equal(await parentOf(pid), postmaster, `${pid} belongs to another server`);
    }
  }, 50_000);
}

/** Undefined when it has ended meanwhile; then there is nothing to hold against it. */
async function parentOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
}
