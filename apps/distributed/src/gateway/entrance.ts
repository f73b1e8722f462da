import { networkInterfaces } from 'node:os';

/**
 * Where HAProxy listens so that a host is served: this machine's loopback in both families for `localhost`, all
 * addresses for `::`.
 */
export function bindsOf(host: string, port: number): string[] {
  if (host === 'localhost') return hasIpv6() ? [`127.0.0.1:${port}`, `[::1]:${port}`] : [`127.0.0.1:${port}`];
  if (host === '::') return hasIpv6() ? [`[::]:${port} v4v6`] : [`0.0.0.0:${port}`];
  return [host.includes(':') ? `[${host.replaceAll(/[[\]]/g, '')}]:${port}` : `${host}:${port}`];
}

const hasIpv6 = () =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
