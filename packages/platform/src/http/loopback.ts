import type { FastifyInstance } from 'fastify';
import { problem } from '../problems/problem.ts';

/** Whether a name or address is this machine's loopback. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);

/** Whether a request's `Host` header, with its port, names this machine's loopback; so does a missing one. */
export const isAddressedToLoopback = (host: string | undefined): boolean =>
  host === undefined || isLoopback(host.replace(/:\d*$/, ''));

/**
 * Refuses with 421 whatever is addressed to another name than the loopback's. A page of a stranger can give its own
 * name this machine's address (DNS rebinding); the browser then takes an entrance that only this machine can reach
 * for part of that page, but still names the stranger in `Host`.
 */
export function refuseForeignHosts(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (!isAddressedToLoopback(raw.headers.host)) throw problem('misdirected');
    done();
  });
}
