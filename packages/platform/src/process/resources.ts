/** Errors of the operating system (errno) and of PostgreSQL (SQLSTATE) that say a resource is used up. */
const exhausted: Record<string, string> = {
  ENOSPC: 'There is no space left on the disk',
  EDQUOT: 'There is no space left on the disk',
  53100: 'There is no space left on the disk',
  EMFILE: 'Too many files and connections are open',
  ENFILE: 'Too many files and connections are open',
};

/** What has been used up, if that is why something failed. Nothing is wrong with what was asked for. */
export function exhaustedResource(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return exhausted[String(error.code)];
}
