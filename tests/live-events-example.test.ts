import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer as createPageServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, suite, test } from 'node:test';
import { chromium } from 'playwright-core';
import { book, step } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

/* The example of docs/live-events.md, taken from the page and run, over connections that break. */

const page = createPageServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Consulta</title>'),
);
const pageUrl = `http://localhost:${await portOf(page)}`;
const system = await startSystem({ CORS_ORIGINS: pageUrl });
const relay = await startRelay(Number(new URL(system.api.url).port));
after(async () => {
  relay.cut();
  relay.server.close();
  page.close();
  await system.stop();
});
const { api } = system;

const guide = await readFile(new URL('../docs/live-events.md', import.meta.url), 'utf8');
const example = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? assert.fail('the page has no example');
const address = `data:text/javascript,${encodeURIComponent(example)}`;

async function portOf(server: Server): Promise<number> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Stands between a reader and the server: `cut` breaks all connections and takes none until `mend`. */
async function startRelay(port: number) {
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer((near) => {
    if (broken) return near.destroy();
    const far = connect(port, 'localhost');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  const url = `http://localhost:${await portOf(server)}`;
  const cut = () => {
    broken = true;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const mend = () => {
    broken = false;
  };
  return { server, url, cut, mend };
}

type Seen = { statuses: string[]; timesReadAgain: number };
/** Runs the example somewhere until it is ended; `seen` tells what it was told. */
type Reader = { seen: () => Promise<Seen>; end: () => Promise<void> };

async function readInNode(token: string): Promise<Reader> {
  const { followAppointments } = await import(address);
  const seen: Seen = { statuses: [], timesReadAgain: 0 };
  const abort = new AbortController();
  const followed = followAppointments({
    url: relay.url,
    accessToken: async () => token,
    onAppointment: ({ status }: { status: string }) => seen.statuses.push(status),
    onReadAgain: () => {
      seen.timesReadAgain += 1;
    },
    signal: abort.signal,
  });
  const end = async () => {
    abort.abort();
    await followed;
  };
  return { seen: async () => seen, end };
}

const browserPath = '/usr/bin/chromium';
async function readInBrowser(token: string): Promise<Reader> {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  const tab = await browser.newPage();
  await tab.goto(pageUrl);
  const seen = await tab.evaluateHandle(
    async ([module, url, accessToken]) => {
      const { followAppointments } = await import(module ?? '');
      const told: Seen = { statuses: [], timesReadAgain: 0 };
      void followAppointments({
        url,
        accessToken: async () => accessToken,
        onAppointment: ({ status }: { status: string }) => told.statuses.push(status),
        onReadAgain: () => {
          told.timesReadAgain += 1;
        },
        signal: new AbortController().signal,
      });
      return told;
    },
    [address, relay.url, token],
  );
  return { seen: () => seen.jsonValue(), end: () => browser.close() };
}

const withoutBrowser = existsSync(browserPath) ? false : `there is no ${browserPath} here`;
for (const [place, read, skip] of [
  ['Node.js', readInNode, false],
  ["a browser, from another origin's page", readInBrowser, withoutBrowser],
] as const) {
  suite(`the example in ${place}`, { skip }, () => {
    test('tells every change once and in order, whatever becomes of its connection', async () => {
      const [patient, doctor] = await Promise.all([join(api, patientInput()), join(api, doctorInput())]);
      const [slot] = await publishSlots(api, doctor, ['09:00']);
      const reader = await read(patient.token);
      try {
        const told = (last: string) =>
          eventually(async () => assert.equal((await reader.seen()).statuses.at(-1), last), 60_000);
        await eventually(async () => assert.equal((await reader.seen()).timesReadAgain, 1), 60_000);
        const { id } = await book(api, patient, slot?.id);
        await told('awaiting_confirmation');
        relay.cut();
        await step(api, doctor, id, 'confirm');
        relay.mend();
        await told('confirmed');
        await step(api, doctor, id, 'start');
        await told('in_progress');
        const { statuses, timesReadAgain } = await reader.seen();
        assert.deepEqual(statuses.slice(-3), ['awaiting_confirmation', 'confirmed', 'in_progress']);
        assert.equal(new Set(statuses).size, statuses.length);
        assert.equal(timesReadAgain, 1, 'nothing was missed');
      } finally {
        await reader.end();
      }
    });
  });
}
