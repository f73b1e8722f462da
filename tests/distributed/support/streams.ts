import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { followEvents, type ServerEvent } from '../../support/event-stream.ts';
import type { Person } from '../../support/people.ts';

export type ResumingStream = {
  person: Person;
  /** Everything that has come so far, over all connections. */
  events: () => ServerEvent[];
  /** How often it connected. */
  connections: () => number;
  /** What kept it from connecting, each time. */
  refusals: string[];
  close: () => Promise<void>;
};

type Connection = Awaited<ReturnType<typeof followEvents>>;

/** Follows somebody's events as a browser does: when a stream ends, the next one resumes after the last event. */
export function resumingStream(url: string, person: Person): ResumingStream {
  const past: ServerEvent[] = [];
  const refusals: string[] = [];
  let connections = 0;
  let over = false;
  let now: Connection | undefined;
  const connect = async () => {
    const stream = await followEvents(url, person.token, past.at(-1)?.id ?? '0');
    if (stream.status === 200) return stream;
    await stream.finished;
    throw new Error(`status ${stream.status}`);
  };
  const follow = async () => {
    while (!over) {
      now = await connect().catch((error: unknown) => void refusals.push(String(error)));
      if (now) {
        connections += 1;
        if (over) void now.close();
        await now.finished;
        past.push(...now.events);
        now = undefined;
      }
      if (!over) await sleep(20);
    }
  };
  const following = follow();
  const close = async () => {
    over = true;
    await now?.close();
    await following;
  };
  const events = () => [...past, ...(now?.events ?? [])];
  return { person, events, connections: () => connections, refusals, close };
}

/**
 * Holds that each event came once, and in the order of its number, and that none is missing.
 *
 * @param expected how many events of an appointment there are, by its id.
 */
export function assertNothingMissed(stream: ResumingStream, expected: Map<string, number>): void {
  const events = stream.events();
  const ids = events.map(({ id }) => BigInt(id));
  for (const [index, id] of ids.entries()) {
    const before = ids[index - 1] ?? -1n;
    assert.ok(id > before, `event ${id} came after ${before}`);
  }
  assert.ok(events.every(({ event }) => event === 'appointment'));
  for (const [appointmentId, count] of expected) {
    const seen = events.filter(({ data }) => data.includes(appointmentId)).length;
    assert.equal(seen, count, `events of ${appointmentId} in the stream of ${stream.person.email}`);
  }
}
