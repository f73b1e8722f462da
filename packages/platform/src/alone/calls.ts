import type { ServiceName } from '@consulta/contracts/internal/services';
import type { ServiceKeys } from '../auth/services/open-keys.ts';
import type { Part } from '../hosting/readiness.ts';
import type { StopSequence } from '../hosting/stop-sequence.ts';
import { createServiceClient, type ServiceClient } from '../http/service-client.ts';
import { httpTransport } from '../http/transport.ts';
import type { Log } from '../process/log.ts';
import { neededUrl } from './config.ts';

export type CallsServices = {
  /** Calls the service `to`, whose internal entrance is at this URL, which the variable `name` gives. */
  clientOf: (to: ServiceName, url: string | undefined, name: string) => ServiceClient;
};

type Deps = {
  log: Log;
  stops: StopSequence;
  keys: ServiceKeys;
  /** Where the services are added that are called, as what the process reports on. */
  parts: Part[];
};

/** The one place where a service's clients for others are made. */
export function callsServices({ log, stops, keys, parts }: Deps): CallsServices {
  const clients = new Map<ServiceName, ServiceClient>();
  const make = (to: ServiceName, baseUrl: string) => {
    const client = createServiceClient({
      transport: httpTransport(baseUrl),
      to,
      credentials: keys.credentials,
      log,
    });
    stops.add('internal calls', 100, client.close);
    parts.push({ name: to, isAway: client.isAway });
    clients.set(to, client);
    return client;
  };
  return { clientOf: (to, url, name) => clients.get(to) ?? make(to, neededUrl(url, name)) };
}
