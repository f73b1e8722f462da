export type ServerEvent = { id: string; event: string; data: string };

/**
 * Follows `GET /events` as a browser would and keeps what arrives.
 */
export async function followEvents(url: string, token: string, lastEventId?: string) {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}`, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    signal: abort.signal,
  });
  const events: ServerEvent[] = [];
  let notify = () => {};
  let ended = false;
  const read = async () => {
    let held = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      held += chunk;
      const blocks = held.split('\n\n');
      held = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(
          block
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
        );
        const event = fields.get('event');
        if (event) events.push({ id: fields.get('id') ?? '', event, data: fields.get('data') ?? '' });
      }
      notify();
    }
  };
  const finished = read()
    .catch(() => {})
    .finally(() => {
      ended = true;
      notify();
    });

  /** Waits until an event fits; fails when the stream ends or 10 s pass. */
  const until = async (fits: (event: ServerEvent) => boolean): Promise<ServerEvent> => {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = events.find(fits);
      if (found) return found;
      if (ended || Date.now() > deadline) throw new Error(`no such event among ${JSON.stringify(events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200);
        notify = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const close = async () => {
    abort.abort();
    await finished;
  };
  return { status: response.status, headers: response.headers, events, until, close, finished };
}
