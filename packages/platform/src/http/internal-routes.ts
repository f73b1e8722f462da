import type { InternalCall } from '@consulta/contracts';
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { Static, TSchema } from 'typebox';

/** Serves an internal call on the internal entrance, by the description that its callers use, to those whom it names. */
export function serve<Asked extends TSchema, Answer extends TSchema>(
  app: Pick<FastifyInstance, 'route'>,
  call: InternalCall<Asked, Answer>,
  answer: (asked: Static<Asked>) => Promise<Static<Answer>>,
): void {
  const part = call.method === 'GET' ? 'query' : 'body';
  const schema: FastifySchema = {
    ...(part === 'query' ? { querystring: call.asked } : { body: call.asked }),
    response: { 200: call.answer },
  };
  app.route({
    method: call.method,
    url: call.path,
    config: { permission: 'internal', callers: call.callers },
    schema,
    handler: async (request) => {
      const asked = request[part];
      // The route's schema has seen to it; this tells the compiler.
      if (!call.isAsked(asked)) throw new Error(`${call.path} took what it cannot answer`);
      return answer(asked);
    },
  });
}
