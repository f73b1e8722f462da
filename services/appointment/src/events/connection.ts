import type { ServerResponse } from 'node:http';
import type { AppointmentEvent } from '@consulta/contracts';
import { cutOff } from '@consulta/platform/auth';
import type { StreamedEvent } from './queries.ts';

/** What a slow reader may leave unread before its connection is dropped; it resumes by itself. */
const unreadBytesMax = 1024 * 1024;

/** How often each stream is sent a comment, so that proxies keep it open and a dead one is noticed. */
export const heartbeatMs = 20_000;

/**
 * One open event stream (WHATWG HTML, server-sent events). Events go out once, in the order of their ids: what happens
 * while the reader is still told what it missed is held until `caughtUp`.
 */
export class EventConnection {
  lastId: number;
  readonly #response: ServerResponse;
  #held: StreamedEvent[] | undefined = [];

  constructor(response: ServerResponse, lastId: number) {
    this.#response = response;
    this.lastId = lastId;
  }

  /** Whether anything written still goes out. */
  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Sends what happened just now. */
  send(event: StreamedEvent): void {
    if (this.#held) this.#held.push(event);
    else this.sendMissed(event);
  }

  /** Sends what happened before the reader was there. */
  sendMissed(event: StreamedEvent): void {
    if (event.streamId <= this.lastId) return;
    this.lastId = event.streamId;
    const { streamId, appointmentId, status, at } = event;
    const data: AppointmentEvent = { appointmentId, status, at };
    this.#write(`id: ${streamId}\nevent: appointment\ndata: ${JSON.stringify(data)}\n\n`);
  }

  caughtUp(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.sendMissed(event);
  }

  /** Tells the reader that events were missed for good: it should read its appointments afresh. */
  reset(): void {
    this.#write(`id: ${this.lastId}\nevent: reset\ndata: {}\n\n`);
  }

  heartbeat(): void {
    this.#write(': heartbeat\n\n');
  }

  /** A reader who left something unread does not get it any more: it ended with the right to it. */
  close(): void {
    if (this.#response.writableLength > 0) cutOff(this.#response);
    else this.#response.end();
  }

  #write(text: string): void {
    if (!this.isOpen) return;
    if (this.#response.writableLength > unreadBytesMax) this.#response.destroy();
    else this.#response.write(text);
  }
}
