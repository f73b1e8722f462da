import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, FastifyListenOptions } from 'fastify';
import { type FauxqsServer, startFauxqs } from 'fauxqs';

export type Fauxqs = {
  /** What `AWS_ENDPOINT_URL` is to name. */
  endpoint: string;
  /** What lies in a queue, by its name. */
  inspectQueue: FauxqsServer['inspectQueue'];
  stop: () => Promise<void>;
};

/**
 * Starts the emulator of SNS and SQS in this process, for this machine alone: it knows no passwords.
 *
 * @param options.port a free one by default.
 * @param options.folder where queues and messages are kept, so that they survive the process; by default nowhere.
 */
export async function startFauxqsHere(options: { port?: number; folder?: string } = {}): Promise<Fauxqs> {
  const { port = 0, folder } = options;
  const server = await onLoopback(() =>
    startFauxqs({ port, logger: false, ...(folder === undefined ? {} : { dataDir: folder }) }),
  );
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    inspectQueue: (name) => server.inspectQueue(name),
    stop: () => server.stop(),
  };
}

/**
 * Has the Fastify server that `start` makes listen on the loopback address: fauxqs listens on every address, without an
 * option. Fastify tells of each server as it is made, which fauxqs does before it first waits.
 */
function onLoopback<Started>(start: () => Promise<Started>): Promise<Started> {
  const confine = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    const listen = fastify.listen.bind(fastify) as (options: FastifyListenOptions) => Promise<string>;
    Object.assign(fastify, {
      listen: (asked: FastifyListenOptions) => listen({ ...asked, host: '127.0.0.1' }),
    });
  };
  subscribe('fastify.initialization', confine);
  try {
    return start();
  } finally {
    unsubscribe('fastify.initialization', confine);
  }
}
