import { revocationCalls } from '@consulta/contracts';
import { type RevocationFeed, revocationFeed } from '../auth/revocations.ts';
import type { Counters } from '../http/counters.ts';
import type { ServiceClient } from '../http/service-client.ts';
import type { Fanout } from '../messaging/fanout.ts';
import { WrongSetting } from '../process/environment.ts';
import type { Log } from '../process/log.ts';
import { serviceUrl } from './config.ts';

/** What a service needs that people reach: who was signed out, whose keys verify tokens, how much was asked. */
export type Outside = { userUrl: string; counters: Counters; revocations: RevocationFeed };

/** @param deps `userUrl` is the user service's internal entrance, and `user` its client. */
export function outsideOf(deps: {
  userUrl: string | undefined;
  user: ServiceClient;
  fanout: Fanout;
  counters: Counters;
  log: Log;
}): Outside {
  const { userUrl, user, fanout, counters, log } = deps;
  if (!userUrl) throw new WrongSetting(`USER_URL is missing: it accepts ${serviceUrl.accepts}.`);
  const read = (since: string) => user.call(revocationCalls.list, { since });
  return { userUrl, counters, revocations: revocationFeed({ read, fanout, log }) };
}
