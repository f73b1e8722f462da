import { createPasswordHasher, insertUsersInBulk, openSessionsInBulk, tokenSigner } from '@consulta/user';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { demoDoctor, demoDomain, demoPatient } from './people.ts';

export type DemoAccount = {
  role: 'patient' | 'doctor' | 'admin';
  name: string;
  email: string;
  password: string;
};

const doctorsTotal = 50;
const patientsTotal = 20;

/** What the accounts that are told about sign in with; nobody signs in as the others when `others` is unknown. */
export type DemoPasswords = { patient: string; doctor: string; admin: string; others: string };

type DemoDeps = {
  app: FastifyInstance;
  userPool: pg.Pool;
  passwords: DemoPasswords;
  makeAdministrator: (account: { email: string; password: string; fullName: string }) => Promise<unknown>;
};

/**
 * On an empty start, invents doctors with schedules, patients and an administrator, and answers the accounts to
 * try it with; otherwise answers undefined and changes nothing.
 */
export async function makeDemoData(deps: DemoDeps): Promise<DemoAccount[] | undefined> {
  const { userPool, passwords } = deps;
  const { rowCount } = await userPool.query('SELECT FROM users LIMIT 1');
  if (rowCount !== 0) return undefined;
  const doctors = Array.from({ length: doctorsTotal }, (_, index) => demoDoctor(index));
  const patients = Array.from({ length: patientsTotal }, (_, index) => demoPatient(index));
  const people = doctors.map(({ person }) => person);
  const hasher = await createPasswordHasher();
  const insert = async (users: typeof patients, password: string) =>
    insertUsersInBulk(userPool, users, await hasher.hash(password));

  const doctorIds = await insert(people.slice(0, 1), passwords.doctor);
  doctorIds.push(...(await insert(people.slice(1), passwords.others)));
  await insert(patients.slice(0, 1), passwords.patient);
  await insert(patients.slice(1), passwords.others);
  await publishSchedules(deps, doctorIds, doctors);
  const admin = { email: `admin@${demoDomain}`, fullName: 'Marta Figueiredo' };
  await deps.makeAdministrator({ ...admin, password: passwords.admin });

  const [doctor, patient] = [people[0], patients[0]];
  if (!doctor || !patient) throw new Error('the demo data has doctors and patients');
  const account = (role: DemoAccount['role'], { fullName, email }: { fullName: string; email: string }) => ({
    role,
    name: fullName,
    email,
    password: passwords[role],
  });
  return [account('patient', patient), account('doctor', doctor), account('admin', admin)];
}

/** Each doctor offers two weekdays, through the route every doctor uses. */
async function publishSchedules(
  deps: DemoDeps,
  doctorIds: string[],
  doctors: { timeZone: string }[],
): Promise<void> {
  const sign = await tokenSigner(deps.userPool);
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
      const response = await deps.app.inject({
        method: 'POST',
        url: '/api/v1/schedules',
        headers: { authorization: `Bearer ${token}` },
        payload: {
          kind: 'weekly',
          weekdays: pairs[index % pairs.length],
          startTime: morning ? '08:00' : '13:30',
          endTime: morning ? '12:00' : '17:30',
          slotMinutes: 30,
          timeZone,
          validFrom: Temporal.Now.plainDateISO(timeZone).toString(),
        },
      });
      if (response.statusCode !== 201) throw new Error(`a demo schedule was refused: ${response.body}`);
    }),
  );
}
