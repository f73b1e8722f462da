/** A small text, and which one it is of those that were there over time. */
export type StoredText = { text: string; version: string };

/** Keeps small texts under names, where any number of processes reach them. */
export interface TextStore {
  /** Undefined when there is none. */
  read(name: string): Promise<StoredText | undefined>;
  /**
   * Puts a text in the place of the version that was read; `undefined` means of none. Answers false, and leaves what
   * is there, when that is another by now.
   */
  write(name: string, text: string, over: string | undefined): Promise<boolean>;
  /** Names that begin so, in order of their bytes; at most so many. */
  names(prefix: string, limit?: number): AsyncGenerator<string>;
}
