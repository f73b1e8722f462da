import type { FastifyReply } from 'fastify';

/** Adds the name of a request header by which answers of this address differ (RFC 9110, 12.5.5). */
export function addToVary(reply: FastifyReply, name: string): void {
  const known = reply.getHeader('vary');
  const names = typeof known === 'string' && known !== '' ? known.split(', ') : [];
  if (!names.includes(name)) reply.header('vary', [...names, name].join(', '));
}
