import type { FileMediaType } from '@consulta/contracts';

/** What a file is, or why it is not taken, in words for whoever sent it. */
export type Verdict = { mediaType: FileMediaType } | { refused: string };

export const refused = (reason: string): Verdict => ({ refused: reason });
