import { details } from '@consulta/contracts/details';
import type { Words } from '@consulta/contracts/words';

/** Errors of the operating system (errno) and of PostgreSQL (SQLSTATE) that say a resource is used up. */
const exhausted: Record<string, Words> = {
  ENOSPC: details.diskFull,
  EDQUOT: details.diskFull,
  53100: details.diskFull,
  EMFILE: details.tooManyOpen,
  ENFILE: details.tooManyOpen,
};

/** What has been used up, if that is why something failed. Nothing is wrong with what was asked for. */
export function exhaustedResource(error: unknown): Words | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return exhausted[String(error.code)];
}
