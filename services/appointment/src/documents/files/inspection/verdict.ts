import type { FileMediaType, Words } from '@consulta/contracts';

/** What a file is, or why it is not taken, in words for whoever sent it. */
export type Verdict = { mediaType: FileMediaType } | { refused: Words };

export const refused = (reason: Words): Verdict => ({ refused: reason });
