import { renameSync, writeFileSync } from 'node:fs';

/** What is known of one process: its id now, and on loopback its ports. */
export type Listed = { pid?: number; port?: number; internalPort?: number };

export type ProcessList = { put: (name: string, what: Listed) => void };

/** A file that always tells the processes that are kept up: for operators, and for whoever stops one to see what happens. */
export function processList(file: string): ProcessList {
  const all: Record<string, Listed> = {};
  const put = (name: string, what: Listed) => {
    all[name] = { ...all[name], ...what };
    // Put in place whole: who reads it never sees half of it.
    writeFileSync(`${file}.new`, `${JSON.stringify(all, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  };
  return { put };
}
