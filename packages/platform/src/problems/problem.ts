import { type ErrorCode, errorTable } from '@consulta/contracts/errors';
import { type FaultCode, faultTable, type MeasuredFaultCode } from '@consulta/contracts/faults';
import type { Language, Words } from '@consulta/contracts/words';

/** What is wrong with one value of a request: where it is, by its JSON pointer (RFC 6901), and what. */
export type FieldError = {
  pointer: string;
  code: FaultCode;
  /** The limit that was passed, or what is allowed, where the code's words name it. */
  value?: string | number;
};

/** A fault's place and code, with the value that its words name if they name one. */
type Fault =
  | [pointer: string, code: Exclude<FaultCode, MeasuredFaultCode>]
  | [pointer: string, code: MeasuredFaultCode, value: string | number];

/** Makes a {@link FieldError}. */
export const fault = (...[pointer, code, value]: Fault): FieldError =>
  value === undefined ? { pointer, code } : { pointer, code, value };

/** A refusal the caller can act on; thrown anywhere, turned into a response in one place. */
export class ProblemError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: Words;
  readonly errors: readonly FieldError[] | undefined;
  readonly extra: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail?: Words, more: ProblemDetails = {}) {
    const words = detail ?? wordsOf(more.errors?.[0]) ?? errorTable[code];
    super(words.en);
    this.name = 'ProblemError';
    this.code = code;
    this.status = errorTable[code].status;
    this.detail = words;
    this.errors = more.errors;
    this.extra = more.extra ?? {};
    this.retryAfterSeconds =
      more.retryAfterSeconds ?? (this.status === 503 || this.status === 429 ? 1 : undefined);
  }
}

type ProblemDetails = {
  errors?: readonly FieldError[];
  /** Members beside RFC 9457's own, such as `appointmentIds`. */
  extra?: Record<string, unknown>;
  retryAfterSeconds?: number;
};

/** What is wrong with a value, told without the list of faults. */
const wordsOf = (first: FieldError | undefined): Words | undefined =>
  first && {
    pt: `${first.pointer}: ${messageOf(first, 'pt')}`,
    en: `${first.pointer}: ${messageOf(first, 'en')}`,
  };

const messageOf = ({ code, value = '' }: FieldError, language: Language): string =>
  faultTable[code][language].replace('{value}', () => String(value));

/** Makes a {@link ProblemError}; `detail` (of contracts' table) says what to change. */
export const problem = (code: ErrorCode, detail?: Words, more?: ProblemDetails) =>
  new ProblemError(code, detail, more);

/** A 400 that names one faulty field by its JSON pointer. */
export const badField = (...named: Fault) => badFields([fault(...named)]);

/** A 400 that names every fault. */
export const badFields = (errors: readonly FieldError[]) => problem('bad_request', undefined, { errors });

/** The body of an `application/problem+json` response (RFC 9457) in one language. */
export const problemBody = (error: ProblemError, language: Language) => ({
  type: `urn:consulta:problem:${error.code}`,
  title: errorTable[error.code][language],
  status: error.status,
  detail: error.detail[language],
  code: error.code,
  ...(error.errors
    ? {
        errors: error.errors.map((each) => ({
          pointer: each.pointer,
          code: each.code,
          message: messageOf(each, language),
        })),
      }
    : {}),
  ...error.extra,
});
