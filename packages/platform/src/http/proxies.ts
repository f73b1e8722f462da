import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Whether what a peer at this address says of whom it speaks for (`X-Forwarded-For`) is believed. */
export type TrustsProxy = (address: string) => boolean;

/** What {@link trustedProxies} reads, in words. */
export const proxiesAccepted = 'addresses and networks separated by commas, as in 10.0.0.2,192.168.0.0/16';

/**
 * Reads a list of trusted proxies, addresses or networks separated by commas; undefined where there are none. Throws
 * where an entry is neither, and for a network that is the whole Internet: its callers could name any address as theirs.
 */
export function trustedProxies(listed: string | undefined): TrustsProxy | undefined {
  const entries = (listed ?? '').split(',').map((entry) => entry.trim());
  const trusted = new BlockList();
  let count = 0;
  for (const entry of entries.filter((each) => each !== '')) {
    add(trusted, entry);
    count += 1;
  }
  if (count === 0) return undefined;
  return (address) => {
    const plain = address.split('%')[0] ?? '';
    const family = familyOf(plain);
    return family !== undefined && trusted.check(plain, family);
  };
}

function add(trusted: BlockList, entry: string): void {
  const [address = '', length, more] = entry.split('/');
  const family = familyOf(address);
  const bits = family === 'ipv4' ? 32 : 128;
  const isLength = length === undefined || /^[1-9]\d{0,2}$/.test(length);
  if (!family || !isLength || Number(length ?? bits) > bits || more !== undefined) {
    throw new Error(
      `TRUST_PROXY takes addresses and networks separated by commas, such as 10.0.0.2,192.168.0.0/16: ${entry} is neither`,
    );
  }
  trusted.addSubnet(address, Number(length ?? bits), family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/**
 * Where a request comes from: the address of the peer, or the one that trusted proxies give. What they pass on and is no
 * address counts as nothing said.
 */
export const addressOf = ({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string =>
  isIP(ip) === 0 ? (socket.remoteAddress ?? ip) : ip;
