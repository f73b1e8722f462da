import { type ProblemError, problem } from '@consulta/platform';

/** A 415 that says what to change about the file. */
export const refusal = (detail: string): ProblemError => problem('unsupported_media_type', detail);

/** Looks at a file as it streams by; throws a {@link refusal} as soon as something is wrong. */
export type Inspector = {
  push: (chunk: Buffer) => void;
  /** The file is complete: throws when something is missing. */
  end: () => void;
};
