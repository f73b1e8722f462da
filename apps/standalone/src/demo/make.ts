import { readIfThere, removeDurably, writePrivateFile } from '@consulta/platform/embedded';
import type { KeyRing } from '@consulta/platform/encryption';
import type { OnStep } from '@consulta/platform/process';
import { createPasswordHasher, type NewAdministrator } from '@consulta/user';
import { type BulkUser, insertUsersInBulk, openSessionsInBulk, tokenSigner } from '@consulta/user/seeding';
import type pg from 'pg';
import { type DemoAccount, demoAccounts } from './accounts.ts';
import type { DemoPasswords } from './passwords.ts';
import { demoAdministrator, demoDoctor, demoPatient } from './people.ts';

const doctorsTotal = 50;
const patientsTotal = 20;

type PasswordHasher = Awaited<ReturnType<typeof createPasswordHasher>>;

/** What came of `POST /schedules`. */
export type Published = { status: number; body: string };

export type DemoDeps = {
  /** Calls `POST /schedules` for whoever the access token names. */
  publish: (token: string, schedule: object) => Promise<Published>;
  userPool: pg.Pool;
  keyRing: KeyRing;
  passwords: DemoPasswords;
  makeAdministrator: (account: NewAdministrator) => Promise<unknown>;
  /** Is there while the demo data is being made, so that a start after a kill makes the rest. */
  unfinishedFile: string;
  onStep?: OnStep;
};

/**
 * On an empty start, or after one that was killed meanwhile, invents doctors with schedules, patients and an
 * administrator, and answers the accounts to try it with; otherwise answers undefined and changes nothing.
 */
export async function makeDemoData(deps: DemoDeps): Promise<DemoAccount[] | undefined> {
  const { userPool, passwords, unfinishedFile, onStep = () => {} } = deps;
  const unfinished = (await readIfThere(unfinishedFile)) !== undefined;
  if (!unfinished && (await anyUsers(userPool))) return undefined;
  await writePrivateFile(unfinishedFile, '');
  await onStep('demo data begun');
  const doctors = Array.from({ length: doctorsTotal }, (_, index) => demoDoctor(index));
  const patients = Array.from({ length: patientsTotal }, (_, index) => demoPatient(index));
  const people = doctors.map(({ person }) => person);
  const hasher = await createPasswordHasher();
  const ensure = async (users: BulkUser[], password: string) =>
    ensurePeople(userPool, users, await hasher.hash(password));

  const doctorIds = await ensure(people.slice(0, 1), passwords.doctor);
  doctorIds.push(...(await ensure(people.slice(1), passwords.others)));
  await ensure(patients.slice(0, 1), passwords.patient);
  await ensure(patients.slice(1), passwords.others);
  await onStep('demo people made');
  await publishSchedules(deps, doctorIds, doctors);
  await onStep('demo schedules made');
  await ensureAdministrator(deps, { ...demoAdministrator, password: passwords.admin }, hasher);
  await removeDurably(unfinishedFile);
  await onStep('demo data made');

  return demoAccounts(passwords);
}

async function anyUsers(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query('SELECT FROM users LIMIT 1');
  return rowCount !== 0;
}

/** Inserts them in one transaction, unless a start that was killed did; answers their ids. */
async function ensurePeople(pool: pg.Pool, people: BulkUser[], hash: string): Promise<string[]> {
  const emails = people.map(({ email }) => email);
  return (await changePasswords(pool, emails, hash)) ?? insertUsersInBulk(pool, people, hash);
}

async function ensureAdministrator(
  { userPool, makeAdministrator }: DemoDeps,
  account: NewAdministrator,
  hasher: PasswordHasher,
): Promise<void> {
  const hash = await hasher.hash(account.password);
  if (!(await changePasswords(userPool, [account.email], hash))) await makeAdministrator(account);
}

/**
 * Of people a killed start made, nobody was told the passwords: gives them these. Answers the ids in the order of
 * the e-mails; undefined, and nothing changed, where one is missing.
 */
async function changePasswords(pool: pg.Pool, emails: string[], hash: string): Promise<string[] | undefined> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM users JOIN unnest($1::text[]) WITH ORDINALITY AS wanted (email, place)
       ON lower(users.email) = lower(wanted.email) ORDER BY place`,
    [emails],
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length !== emails.length) return undefined;
  await pool.query('UPDATE users SET password_hash = $2 WHERE id = ANY ($1)', [ids, hash]);
  return ids;
}

/** Each doctor offers two weekdays, through the route every doctor uses; who does already keeps them. */
async function publishSchedules(
  deps: DemoDeps,
  doctorIds: string[],
  doctors: { timeZone: string }[],
): Promise<void> {
  const sign = await tokenSigner(deps.userPool, deps.keyRing);
  const sessions = await openSessionsInBulk(deps.userPool, doctorIds);
  const pairs = [
    ['monday', 'wednesday'],
    ['tuesday', 'thursday'],
    ['wednesday', 'friday'],
  ];
  await Promise.all(
    doctors.map(async ({ timeZone }, index) => {
      const token = await sign({
        userId: doctorIds[index] ?? '',
        role: 'doctor',
        sessionId: sessions[index] ?? '',
      });
      const morning = index % 2 === 0;
      const { status, body } = await deps.publish(token, {
        kind: 'weekly',
        weekdays: pairs[index % pairs.length],
        startTime: morning ? '08:00' : '13:30',
        endTime: morning ? '12:00' : '17:30',
        slotMinutes: 30,
        timeZone,
        validFrom: Temporal.Now.plainDateISO(timeZone).toString(),
      });
      if (status === 201 || JSON.parse(body).code === 'schedule_overlaps') return;
      throw new Error(`a demo schedule was refused: ${body}`);
    }),
  );
}
