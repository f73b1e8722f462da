import { createLog, type Log } from './log.ts';

/** A process's log on its standard output: lines to read where that is a terminal, JSON for programs elsewhere. */
export async function openLog(level: string): Promise<Log> {
  if (!process.stdout.isTTY) return createLog(level);
  const { default: pretty } = await import('pino-pretty');
  // In this thread: the last words before an end are written, and no other thread takes memory.
  return createLog(level, pretty({ sync: true, singleLine: true, translateTime: 'SYS:HH:MM:ss' }));
}
