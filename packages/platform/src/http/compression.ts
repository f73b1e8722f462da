import { constants } from 'node:zlib';
import type { Permission } from '@consulta/contracts';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Shorter answers fit a packet or two as they are. */
const leastBytes = 1_024;

/** What is read by these is the same for everyone. */
const alikeForAll: ReadonlySet<Permission | 'public' | 'internal' | undefined> = new Set([
  'public',
  'review:read',
] as const);

/**
 * Compresses long answers of reads that are the same for everyone. What is personal goes as it is: the length of a
 * compressed answer that holds one person's secret beside another's words tells of the secret (BREACH). So go streams,
 * ranges, and what is compressed already. Requests that come compressed are still refused.
 *
 * Call it before routes are added.
 */
export async function compressAnswers(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', (route) => {
    const isAlike = route.method === 'GET' && alikeForAll.has(route.config?.permission);
    route.compress = isAlike ? { threshold: leastBytes } : false;
    route.decompress = false;
  });
  await app.register(compress, {
    global: false,
    globalDecompression: false,
    threshold: leastBytes,
    encodings: ['br', 'gzip'],
    // As small as gzip makes it, in less time; the default takes a hundred times as long.
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } },
  });
}
