declare module 'linebreak' {
  /** Finds where the Unicode Line Breaking Algorithm (UAX 14) lets a text be broken. */
  export default class LineBreaker {
    constructor(text: string);
    /** The next place, as the offset of what comes after it; null after the end of the text. */
    nextBreak(): { position: number; required: boolean } | null;
  }
}
