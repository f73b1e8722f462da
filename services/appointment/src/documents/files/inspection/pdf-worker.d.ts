/** What `pdfjs-core.ts` makes PDF.js export, as far as it is used. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  export class Name {
    name: string;
  }
  export class Ref {
    num: number;
    gen: number;
    toString(): string;
  }
  export class Dict {
    xref: { fetchIfRef(value: unknown): unknown } | null;
    /** The value, a reference followed. */
    get(key: string): unknown;
    /** The same; within an array too references are followed. */
    getArray(key: string): unknown;
    has(key: string): boolean;
    getRaw(key: string): unknown;
    set(key: string, value: unknown): void;
    getRawEntries(): Iterable<[string, unknown]>;
  }
  export class BaseStream {
    dict?: Dict;
    /** The stream that this one decodes. */
    stream?: BaseStream;
    /** Whether it decodes a picture. */
    isImageStream: boolean;
    reset(): void;
    getBytes(): Uint8Array;
  }
  /** Bytes as they stand in the file. */
  export class Stream extends BaseStream {}
  export class FlateStream extends BaseStream {}
  export class PredictorStream extends BaseStream {}
  export class LocalPdfManager {
    constructor(options: {
      source: Uint8Array;
      password: string;
      docId: string;
      enableXfa: boolean;
      evaluatorOptions: object;
    });
    pdfDocument: { xref: { trailer: Dict; fetch(ref: Ref): unknown } };
    /** Reads the cross-reference table, or finds the objects by going through the file. */
    initDocument(recoveryMode: boolean): Promise<void>;
  }
  export class PasswordException extends Error {}
  export function setVerbosityLevel(level: number): void;
}
