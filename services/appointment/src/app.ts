import { channels } from '@consulta/contracts';
import { type RevocationList, rightsInUse } from '@consulta/platform/auth';
import type { BlobStore } from '@consulta/platform/blobs';
import type { Cache } from '@consulta/platform/caching';
import { maintenancePool, queryBuilder } from '@consulta/platform/database';
import { assertKeysPresent, type KeyRing, type NamedKeys } from '@consulta/platform/encryption';
import type { Service } from '@consulta/platform/hosting';
import { forgetOldKeys, type Routes, type ServiceClient } from '@consulta/platform/http';
import { type Bus, type Fanout, startRelay } from '@consulta/platform/messaging';
import { type Log, type Metrics, type OnStep, refusalReporter } from '@consulta/platform/process';
import { createShares, startChore, wakeableLoop } from '@consulta/platform/work';
import type pg from 'pg';
import { appointmentRoutes } from './appointments/routes.ts';
import type { AuditHeads } from './audit/audit-heads.ts';
import { startChaining } from './audit/chaining-loop.ts';
import { accessLogRoutes } from './audit/routes.ts';
import type { AuditTables } from './audit/tables.ts';
import { trailKeyIn } from './audit/trail-key.ts';
import { acceptor } from './booking/accept.ts';
import { openAcceptPool } from './booking/accept-pool.ts';
import { decidedAmong, decidedReader } from './booking/decided.ts';
import { type BookingLimits, capsLookup } from './booking/limits.ts';
import { bookingRoutes } from './booking/routes.ts';
import { slotDirectory } from './booking/slots.ts';
import { decisionWaiters } from './booking/waiting-for-decision.ts';
import { startClaimReconciler } from './deciding/claim-reconciler.ts';
import { decisionStore, doctorsStillWaiting } from './deciding/decision-store.ts';
import { defaultQuotaBytes } from './documents/files/quota.ts';
import { fileRoutes } from './documents/files/routes.ts';
import { startBlobSweeper } from './documents/files/sweeper.ts';
import type { FileTables } from './documents/files/tables.ts';
import { encryptedColumns } from './documents/key-rotation.ts';
import { reportIdentitiesFrom } from './documents/medical-reports/identities.ts';
import { reportPrinter } from './documents/medical-reports/report-printer.ts';
import { medicalReportRoutes } from './documents/medical-reports/routes.ts';
import type { MedicalReportTables } from './documents/medical-reports/tables.ts';
import { liveStreams } from './events/live-streams.ts';
import { everyEventAfter } from './events/queries.ts';
import { eventRoutes } from './events/routes.ts';
import { forgetOldEvents, startSequencer } from './events/sequencer.ts';
import { feedbackRoutes } from './feedback/routes.ts';
import { figureRoutes } from './figures/routes.ts';
import { startErasing } from './leaving/worker.ts';
import { declineUnanswered } from './lifecycle/decline-unanswered.ts';
import { replaceableAt } from './lifecycle/giving-up.ts';
import { lifecycleRoutes } from './lifecycle/routes.ts';
import { bookingRefusals, claimsFreed, openStreams, steps, waits as waitsCounted } from './metrics.ts';
import { contactsFrom } from './people/contacts.ts';
import { type PeopleDirectory, peopleDirectory } from './people/directory.ts';
import { relationRoutes } from './relations/routes.ts';
import type { PersonalShares } from './shares.ts';
import type { AppointmentTables } from './tables.ts';
import { watchAppointments } from './watching/watch.ts';

type DocumentTables = AppointmentTables & FileTables & MedicalReportTables;

export type AppointmentDeps = {
  pool: pg.Pool;
  bus: Bus;
  cache: Cache;
  fanout: Fanout;
  revocations: RevocationList;
  user: ServiceClient;
  schedule: ServiceClient;
  /** Where patients' files lie, encrypted. */
  blobs: BlobStore;
  /** The keys that open files and reports, and the one that chains the trail and signs its heads. */
  keyRing: KeyRing & NamedKeys;
  /** Where the audit trail's head is kept outside the database. */
  auditHeads: AuditHeads;
  /** What one patient may hold in the future; undefined for any number. */
  bookingLimits: BookingLimits | undefined;
  /** What one person may hold at once of what this process has only so much of. */
  shares: PersonalShares;
  log: Log;
  metrics: Metrics;
  /** The clock that a doctor's notice, figures and the trail's heads are kept by; the machine's unless said. */
  now?: () => Temporal.Instant;
  /** Told of each step in erasing who left; for tests that end the process there. */
  onStep?: OnStep;
};

const refusals = {
  counted: bookingRefusals,
  message: 'requests for appointments are refused: their patients hold as many as they may',
};

/**
 * Wires the appointment service; `start` begins its background work. Throws when encrypted rows exist and their
 * key does not.
 */
export async function createAppointmentService(deps: AppointmentDeps) {
  const { pool, bus, cache, fanout, log, metrics, schedule, blobs, keyRing } = deps;
  await assertKeysPresent(pool, keyRing, encryptedColumns);
  const db = queryBuilder<AppointmentTables>(pool);
  const people = peopleDirectory(deps.user, fanout);
  const waiters = decisionWaiters({ fanout, log, findDecided: decidedAmong(db) });
  const printer = reportPrinter(log);
  const accepting = openAcceptPool(pool, log);
  const rights = rightsInUse({ revocations: deps.revocations, log });
  const streams = liveStreams({
    ...{ fanout, log, revocations: deps.revocations, perUserMax: deps.shares.streams },
    readAfter: (afterId, limit) => everyEventAfter(db, afterId, limit),
  });
  metrics.gauge(openStreams, (shown) => shown.set(streams.count()));
  const now = deps.now ?? Temporal.Now.instant;
  const background: { stop: () => Promise<void> }[] = [];
  let wakeRelay = () => {};
  const wake = () => {
    wakeRelay();
    fanout.publish(channels.eventsPending, null);
  };

  const publicRoutes: Routes = async (app) => {
    const accept = acceptor(accepting, () => wakeRelay(), refusalReporter(deps, refusals));
    const { bookingLimits } = deps;
    const findCaps = bookingLimits ? capsLookup(deps.user, bookingLimits) : async () => undefined;
    const findSlot = slotDirectory(schedule, cache);
    const assertReplaceable = replaceableAt(now);
    const waitForDecision = waiters.wait;
    const waits = createShares(deps.shares.waits);
    const waited = metrics.counter(waitsCounted);
    const countWait = (outcome: string) => waited.inc({ outcome });
    const facts = { db, people, now, findSlot, findCaps };
    const readDecided = decidedReader(db);
    const booking = {
      ...facts,
      accept,
      waitForDecision,
      readDecided,
      assertReplaceable,
      rights,
      waits,
      countWait,
    };
    await app.register(bookingRoutes(booking));
    await app.register(appointmentRoutes({ db, people, now }));
    await app.register(lifecycleRoutes({ db, people, wake, now, metrics }));
    await app.register(eventRoutes({ db, streams }));
    await app.register(feedbackRoutes({ db, people, wake }));
    await app.register(relationRoutes({ db, people, findContacts: contactsFrom(deps.user) }));
    await app.register(figureRoutes({ db, now }));
    const documents = queryBuilder<DocumentTables>(pool);
    const findPerson = people.find;
    const quotaBytes = defaultQuotaBytes;
    const { uploads, downloads } = deps.shares;
    await app.register(
      fileRoutes({
        ...{ db: documents, pool, blobs, keyRing, rights, log, findPerson, quotaBytes },
        shares: { uploads: createShares(uploads), downloads: createShares(downloads) },
      }),
    );
    const describeForReport = reportIdentitiesFrom(deps.user);
    await app.register(
      medicalReportRoutes({
        ...{ db: documents, keyRing, log, findPerson, describeForReport },
        print: printer.print,
      }),
    );
    await app.register(accessLogRoutes({ db: queryBuilder<AuditTables>(pool), findPerson }));
  };

  const start = async () => {
    const maintenance = maintenancePool(pool);
    const relay = startRelay({ pool, bus, log, wanted: { booking_wake: doctorsStillWaiting } });
    wakeRelay = relay.wake;
    const stepsTaken = metrics.counter(steps);
    const expire = async () => {
      const declined = await declineUnanswered(db, 500);
      stepsTaken.inc({ status: 'not_answered' }, declined);
      if (declined > 0) wake();
      return declined === 500;
    };
    const tidy = async () => {
      await forgetOldKeys(queryBuilder(maintenance));
      await forgetOldEvents(maintenance);
      return false;
    };
    const freed = metrics.counter(claimsFreed);
    background.push(
      watchAppointments({ metrics, pool }),
      bus.subscribe('person_changed', { batchMax: 500 }, (messages) =>
        people.changed(messages.map(({ key }) => key)),
      ),
      { stop: forgetWhoChanged(deps.revocations, people) },
      startErasing({
        ...{ db, pool, bus, user: deps.user, blobs, log, wake, onStep: deps.onStep },
        forgetNames: people.changed,
      }),
      startSequencer({ pool, fanout, log, metrics }),
      streams.follow(),
      waiters.follow(),
      startChaining(
        { pool: maintenance, heads: deps.auditHeads, keys: trailKeyIn(keyRing), log, now },
        metrics,
      ),
      startBlobSweeper({ pool: maintenance, blobs, log }),
      startClaimReconciler({
        pool,
        schedule,
        store: decisionStore(pool),
        log,
        report: (found) => freed.inc(found),
      }),
      wakeableLoop({ name: 'confirmation deadlines', idleMs: 1_000, round: expire, log }),
      startChore({ name: 'tidying', pool, everyMs: 600_000, work: tidy, log }),
      relay,
      { stop: () => maintenance.end() },
    );
  };

  const drain = () => {
    streams.end();
    waiters.end();
  };
  const stop = async () => {
    for (const part of background.splice(0)) await part.stop();
    await printer.close();
    await accepting.end();
  };
  return { name: 'appointment service', stopMs: 400, publicRoutes, start, drain, stop } satisfies Service;
}

/**
 * Drops copies of names when other processes say so, and of whose account is deleted: that is revoked, which every
 * process hears of, while the message about it reaches only one.
 */
function forgetWhoChanged(revocations: RevocationList, people: PeopleDirectory): () => Promise<void> {
  const ends = [
    people.follow(),
    revocations.onRevoked(({ kind, id }) => {
      if (kind === 'user') void people.forget([id]);
    }),
  ];
  return async () => {
    for (const end of ends) end();
  };
}
