import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimSlots, type ClaimsDecided, claimCalls } from '@consulta/contracts';
import { makeServiceKeys, serviceKeyFileIn } from '@consulta/platform/embedded/service-keys';
import { freePort } from '@consulta/platform/process';

/*
 * Appointment creators in processes of their own, each with its own entrance to one schedule service, which is played
 * here: it keeps claims in memory, and sees who asks for what.
 */

type Release = { appointmentIds: string[] };

/** What the schedule service keeps: who holds which slot, and whose claims are released for good. */
function claimKeeper() {
  const holders = new Map<string, string>();
  const released = new Set<string>();
  const claim = ({ claims }: ClaimSlots): ClaimsDecided => {
    for (const { appointmentId, slotId } of claims) {
      if (!holders.has(slotId) && !released.has(appointmentId)) holders.set(slotId, appointmentId);
    }
    const slots = [...new Set(claims.map(({ slotId }) => slotId))].map((slotId) => ({
      ...{ slotId, heldBy: holders.get(slotId) ?? null, refusal: null },
      ...{ autoConfirm: false, confirmWithinHours: null, minCancelNoticeMinutes: 0 },
    }));
    const ids = claims.map(({ appointmentId }) => appointmentId);
    return { slots, released: ids.filter((id) => released.has(id)) };
  };
  const release = ({ appointmentIds }: Release) => {
    for (const id of appointmentIds) released.add(id);
    for (const [slotId, holder] of holders) if (released.has(holder)) holders.delete(slotId);
    return {};
  };
  return { claim, release };
}

export type Creator = {
  child: ChildProcess;
  /** Ends it, however it is, and once for all. */
  kill: () => Promise<void>;
  /** The appointments it has asked slots for. */
  claimed: Set<string>;
  /** Called and awaited before a claim is answered, with the appointments it is for. */
  beforeAnswer: (appointmentIds: string[]) => unknown;
};

type Place = {
  databaseUrl: string;
  busUrl: string;
  /** The address of this machine under which the creator reaches the schedule service. */
  host?: string;
  /** A command that runs another, which follows. */
  within?: string[];
};

export type Creators = { start: (place: Place) => Promise<Creator>; stop: () => Promise<void> };

/** How long the schedule service takes for a claim, in milliseconds. */
const claimMs = 20;

export async function creators(): Promise<Creators> {
  const folder = await mkdtemp(join(tmpdir(), 'consulta-creators-'));
  await makeServiceKeys(folder);
  const keeper = claimKeeper();
  const ends: (() => Promise<unknown>)[] = [];

  const openEntrance = async (creator: Omit<Creator, 'child' | 'kill'>, host: string): Promise<string> => {
    const server = createServer(async (request, response) => {
      const asked = await json(request);
      const isClaim = request.url === claimCalls.claim.path;
      const answer = isClaim ? keeper.claim(asked as ClaimSlots) : keeper.release(asked as Release);
      if (isClaim) {
        const ids = (asked as ClaimSlots).claims.map(({ appointmentId }) => appointmentId);
        for (const id of ids) creator.claimed.add(id);
        await creator.beforeAnswer(ids);
        await sleep(claimMs);
      }
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    ends.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    return `http://${host}:${(server.address() as AddressInfo).port}`;
  };

  const start = async ({ databaseUrl, busUrl, host = '127.0.0.1', within = [] }: Place): Promise<Creator> => {
    const creator = { claimed: new Set<string>(), beforeAnswer: (): unknown => undefined };
    const [command = '', ...args] = [...within, process.execPath, 'services/appointment-creator/src/main.ts'];
    const child = spawn(command, args, {
      cwd: new URL('../../', import.meta.url),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...{ DATABASE_URL: databaseUrl, BUS_DATABASE_URL: busUrl },
        SCHEDULE_URL: await openEntrance(creator, host),
        INTERNAL_PORT: String(await freePort()),
        SERVICE_KEYS_FILE: serviceKeyFileIn(folder, 'appointment-creator'),
        LOG_LEVEL: 'silent',
      },
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const kill = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    ends.push(kill);
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (words) => String(words).includes('is ready') && resolve());
      void exited.then(() => reject(new Error('a creator ended before it was ready')));
    });
    return Object.assign(creator, { child, kill });
  };
  const stop = async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    await rm(folder, { recursive: true, force: true });
  };
  return { start, stop };
}
