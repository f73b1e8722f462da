import { randomBytes, timingSafeEqual } from 'node:crypto';
import { isServiceName, type ServiceName } from '@consulta/contracts/internal/services';
import { problem } from '../../problems/problem.ts';
import type { ServiceCredentials, ServiceTokenVerifier } from './identity.ts';

/**
 * Tokens for services that share a process, and so could read one another's keys anyway: a signature would prove
 * nothing. A secret that never leaves the process keeps everybody else out, and costs nothing per call.
 */
export function inProcessServices(): {
  credentialsOf: (service: ServiceName) => ServiceCredentials;
  verify: ServiceTokenVerifier;
} {
  const secret = randomBytes(32).toString('base64url');
  const expected = Buffer.from(secret);
  return {
    credentialsOf: (service) => ({ tokenFor: async () => `${service}.${secret}` }),
    verify: async (token) => {
      const [service, given = ''] = token.split('.');
      const shown = Buffer.from(given);
      const known = shown.length === expected.length && timingSafeEqual(shown, expected);
      if (!known || !isServiceName(service)) throw problem('unauthorized');
      return service;
    },
  };
}
