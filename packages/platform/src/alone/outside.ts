import { revocationCalls } from '@consulta/contracts';
import { type RevocationFeed, revocationFeed } from '../auth/revocations.ts';
import type { Counters } from '../http/counters.ts';
import type { Fanout } from '../messaging/fanout.ts';
import type { Log } from '../process/log.ts';
import type { CallsServices } from './calls.ts';
import { neededUrl } from './config.ts';

/** What a service needs that people reach: who was signed out, whose keys verify tokens, how much was asked. */
export type Outside = { userUrl: string; revocations: RevocationFeed; counters: Counters };

/** @param userUrl the user service's internal entrance */
export function outsideOf(
  { clientOf, fanout, counters, log }: CallsServices & { fanout: Fanout; counters: Counters; log: Log },
  userUrl: string | undefined,
): Outside {
  const user = clientOf('user', userUrl, 'USER_URL');
  const read = (since: string) => user.call(revocationCalls.list, { since });
  const revocations = revocationFeed({ read, fanout, log });
  return { userUrl: neededUrl(userUrl, 'USER_URL'), revocations, counters };
}
