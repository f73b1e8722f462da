import { createServer } from 'node:net';
import { WrongSetting } from '../process/environment.ts';
import { errorCode } from '../process/error-code.ts';

/** Throws a `WrongSetting` where the public entrance could not listen there; for who has another program listen. */
export async function assertCanListen(place: { host: string; port: number }): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(error, place, '')));
    server.listen(place, () => server.close(() => resolve()));
  });
}

/**
 * Why an entrance cannot listen, in words that name the variable to change, where one is to blame; else the error.
 *
 * @param prefix of the entrance's variables: `PORT` and `HOST`, or `INTERNAL_PORT` and `INTERNAL_HOST`
 */
export function listenFault(
  error: unknown,
  { host, port }: { host: string; port: number },
  prefix: '' | 'INTERNAL_',
): unknown {
  const code = errorCode(error) ?? '';
  const wrong = (sentence: string) => new WrongSetting(`${prefix}${sentence}`, error);
  const ports = 'it accepts a free port from 1 to 65535, or 0 for any.';
  if (code === 'EADDRINUSE') return wrong(`PORT is ${port}, which another program uses: ${ports}`);
  if (code === 'EACCES') return wrong(`PORT is ${port}, which this user may not use: ${ports}`);
  if (!['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT'].includes(code)) return error;
  return wrong(`HOST is ${JSON.stringify(host)}: it accepts a name or an address of this machine.`);
}
