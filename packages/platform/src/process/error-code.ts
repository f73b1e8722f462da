/** What kind of failure an error says it is: Node.js's and its libraries' `code`, or an SQLSTATE; else undefined. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
