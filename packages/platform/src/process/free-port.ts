import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/*
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere; IANA, RFC 6335):
 * between the look and the use of such a port any connection may be given it.
 */
const lowest = 15_000;
const beyond = 32_768;

/** A TCP port on loopback that nothing listens on at the moment, chosen by chance. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, beyond);
    if (await canListen(port)) return port;
  }
}

const canListen = (port: number) =>
  new Promise<boolean>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
