import { type ErrorCode, errorTable } from '@consulta/contracts/errors';

export type FieldError = { pointer: string; message: string };

/** A refusal the caller can act on; thrown anywhere, turned into a response in one place. */
export class ProblemError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  readonly extra: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail?: string, more: ProblemDetails = {}) {
    super(detail ?? errorTable[code].title);
    this.name = 'ProblemError';
    this.code = code;
    this.status = errorTable[code].status;
    this.errors = more.errors;
    this.extra = more.extra ?? {};
    this.retryAfterSeconds =
      more.retryAfterSeconds ?? (this.status === 503 || this.status === 429 ? 1 : undefined);
  }
}

type ProblemDetails = {
  errors?: FieldError[];
  /** Members beside RFC 9457's own, such as `appointmentIds`. */
  extra?: Record<string, unknown>;
  retryAfterSeconds?: number;
};

/** Makes a {@link ProblemError}; `detail` says what to change. */
export const problem = (code: ErrorCode, detail?: string, more?: ProblemDetails) =>
  new ProblemError(code, detail, more);

/** A 400 that names one faulty field by its JSON pointer. */
export const badField = (pointer: string, message: string) =>
  new ProblemError('bad_request', message, { errors: [{ pointer, message }] });

/** The body of an `application/problem+json` response (RFC 9457). */
export const problemBody = (error: ProblemError) => ({
  type: `urn:consulta:problem:${error.code}`,
  title: errorTable[error.code].title,
  status: error.status,
  detail: error.message,
  code: error.code,
  ...(error.errors ? { errors: error.errors } : {}),
  ...error.extra,
});
