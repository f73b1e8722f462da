import { type Static, type TSchema, Type } from 'typebox';
import { type Check, shapeCheckOf } from '../common/checks.ts';
import type { ServiceName } from './services.ts';

/** What who asks must know of a call, which may be repeated. */
export type Call<Asked, Answer> = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The services that may ask; everybody else is refused. */
  readonly callers: readonly ServiceName[];
  readonly isAsked?: Check<Asked>;
  readonly isAnswer: Check<Answer>;
};

/**
 * What one service may ask of another over HTTP, on the internal port and with a service token. Who asks and who
 * answers use the same description, so that they agree by type.
 */
export type InternalCall<Asked extends TSchema = TSchema, Answer extends TSchema = TSchema> = Call<
  Static<Asked>,
  Static<Answer>
> & {
  /** The body of a POST, the query of a GET. */
  readonly asked: Asked;
  readonly answer: Answer;
  readonly isAsked: Check<Static<Asked>>;
};

/** Describes an internal call. */
export const internalCall = <Asked extends TSchema, Answer extends TSchema>(
  method: 'GET' | 'POST',
  path: string,
  described: { callers: readonly ServiceName[]; asked: Asked; answer: Answer },
): InternalCall<Asked, Answer> => ({
  method,
  path,
  ...described,
  isAsked: shapeCheckOf(described.asked),
  isAnswer: shapeCheckOf(described.answer),
});

/** The answer of a call that only tells. */
export const Nothing = Type.Object({});
