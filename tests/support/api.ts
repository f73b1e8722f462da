import assert from 'node:assert/strict';
import { assertDescribed } from './conformance.ts';

export type Answer<T> = { status: number; body: T; headers: Headers };

export type CallOptions = { token?: string; body?: unknown; headers?: Record<string, string> };

export type Api = {
  url: string;
  /** Calls a route below `/api/v1` and answers whatever comes, which must be as OpenAPI describes it. */
  call: <T = Record<string, unknown>>(
    method: string,
    path: string,
    options?: CallOptions,
  ) => Promise<Answer<T>>;
  /** The same, and fails unless the status is the one expected. */
  expect: <T = Record<string, unknown>>(
    status: number,
    method: string,
    path: string,
    options?: CallOptions,
  ) => Promise<T>;
};

/**
 * A client of the HTTP contract; it knows nothing of the inside.
 *
 * @param describedBy whose `/openapi.json` holds, where it is another's
 */
export function apiAt(url: string, describedBy = url): Api {
  const call = async <T>(method: string, path: string, { token, body, headers }: CallOptions = {}) => {
    const whole = `${path.startsWith('/.') || path.startsWith('/health') ? '' : '/api/v1'}${path}`;
    const response = await fetch(`${url}${whole}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed =
      text === ''
        ? undefined
        : /json/.test(response.headers.get('content-type') ?? '')
          ? JSON.parse(text)
          : text;
    await assertDescribed(describedBy, method, whole, response, parsed);
    return { status: response.status, body: parsed as T, headers: response.headers };
  };
  const expect = async <T>(status: number, method: string, path: string, options?: CallOptions) => {
    const answer = await call<T>(method, path, options);
    assert.equal(
      answer.status,
      status,
      `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`,
    );
    return answer.body;
  };
  return { url, call, expect };
}
