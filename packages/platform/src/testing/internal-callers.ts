import {
  claimCalls,
  doctorCalls,
  peopleCalls,
  revocationCalls,
  type ServiceName,
  slotCalls,
} from '@consulta/contracts';

/** All that services ask of one another. */
export const internalCalls = [claimCalls, doctorCalls, peopleCalls, revocationCalls, slotCalls].flatMap(
  (calls) =>
    Object.values(calls).map(({ method, path, callers }) => ({ method: method as string, path, callers })),
);

/** A service that may ask this; the first in the call's description. */
export function callerAllowed(method: string, url: string): ServiceName {
  const path = url.split('?')[0];
  const [caller] = internalCalls.find((call) => call.method === method && call.path === path)?.callers ?? [];
  if (!caller) throw new Error(`no service may ask ${method} ${url}`);
  return caller;
}
