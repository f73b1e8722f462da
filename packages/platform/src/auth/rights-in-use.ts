import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { finished } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Log } from '../process/log.ts';
import type { Caller } from './access-token.ts';
import type { RevocationList } from './revocations.ts';

/** How often a right is asked again. */
const askedEveryMs = 2_000;
/** A right that could not be asked for this long counts as gone: a failing database does not leave doors open. */
const unconfirmedMaxMs = 15_000;

type Use = {
  caller: Caller;
  response: ServerResponse;
  stillAllowed: () => Promise<boolean>;
  confirmedAtMs: number;
  asking: boolean;
};

export type RightsInUse = {
  /**
   * Asks every 2 s, until `response` is done, whether its caller is still signed in and `stillAllowed` (where
   * there is more to ask) still answers true, and ends the connection when not. For what lasts as long as its
   * client likes: downloads, uploads, exports. `stillAllowed` of many uses are called at the same moment, so
   * that a micro batch makes one statement of them.
   *
   * The end of the access token's short life is no reason: the session goes on, and a slow download with it.
   */
  watch: (caller: Caller, response: ServerResponse, stillAllowed?: () => Promise<boolean>) => void;
  /** Throws 401 when the caller was signed out since the request began, 503 when that can't be told. */
  assertSignedIn: (caller: Caller) => void;
};

/** Follows the rights that requests under way stand on. Its timer runs only while there are any. */
export function rightsInUse(deps: {
  revocations: Pick<RevocationList, 'isSignedIn' | 'assertSignedIn'>;
  log: Log;
  everyMs?: number;
}): RightsInUse {
  const { revocations, log, everyMs = askedEveryMs } = deps;
  const uses = new Set<Use>();
  let timer: NodeJS.Timeout | undefined;

  const end = (use: Use) => {
    uses.delete(use);
    log.info('a right ended while it was used; its connection is closed');
    cutOff(use.response);
  };
  const ask = async (use: Use) => {
    use.asking = true;
    try {
      if (await use.stillAllowed()) use.confirmedAtMs = performance.now();
      else end(use);
    } catch (error) {
      log.warn({ err: error }, 'a right could not be asked again');
    } finally {
      use.asking = false;
    }
  };
  const lookAt = (use: Use) => {
    const unconfirmedMs = performance.now() - use.confirmedAtMs;
    if (unconfirmedMs > unconfirmedMaxMs || !revocations.isSignedIn(use.caller)) end(use);
    else if (!use.asking) void ask(use);
  };

  return {
    watch: (caller, response, stillAllowed = async () => true) => {
      const use = { caller, response, stillAllowed, confirmedAtMs: performance.now(), asking: false };
      uses.add(use);
      timer ??= setInterval(() => uses.forEach(lookAt), everyMs).unref();
      finished(response, () => {
        uses.delete(use);
        if (uses.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      });
    },
    assertSignedIn: revocations.assertSignedIn,
  };
}

/** Ends a response at once. A reset also drops what the kernel still holds for a client that does not read. */
export function cutOff(response: ServerResponse): void {
  const { socket } = response;
  if (socket instanceof Socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy();
  else response.destroy();
}
