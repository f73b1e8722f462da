import type { InternalCall } from '@consulta/contracts';
import type { Static, TSchema } from 'typebox';
import type { ServiceClient } from '../http/service-client.ts';

type Answering = { path: string; answer: (asked: unknown) => unknown };

/** How a double answers one call. */
export const answering = <Asked extends TSchema, Answer extends TSchema>(
  call: InternalCall<Asked, Answer>,
  answer: (asked: Static<Asked>) => Static<Answer> | Promise<Static<Answer>>,
): Answering => ({
  path: call.path,
  answer: (asked) => {
    if (!call.isAsked(asked)) throw new Error(`${call.path} cannot be asked this`);
    return answer(asked);
  },
});

/** Stands for another service in tests: what it is asked and answers fits the calls' descriptions. */
export const serviceDouble = (...answers: Answering[]): ServiceClient => ({
  call: async (call, asked) => {
    const found = answers.find(({ path }) => path === call.path);
    if (!found) throw new Error(`${call.path} is not answered here`);
    const answer = await found.answer(asked);
    if (!call.isAnswer(answer)) throw new Error(`${call.path} answered what it should not`);
    return answer;
  },
  close: async () => {},
});
