import { createPasswordHasher, insertUsersInBulk, openSessionsInBulk, tokenSigner } from '@consulta/user';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { demoDoctor, demoPatient } from './people.ts';

export type DemoAccount = {
  role: 'patient' | 'doctor' | 'admin';
  name: string;
  email: string;
  password: string;
};

const demoPassword = 'consulta-demo-2026';
const doctorsTotal = 50;
const patientsTotal = 20;

type DemoDeps = {
  app: FastifyInstance;
  userPool: pg.Pool;
  makeAdministrator: (account: { email: string; password: string; fullName: string }) => Promise<unknown>;
};

/**
 * On an empty start, invents doctors with schedules, patients and an administrator, and answers the accounts to
 * try it with; otherwise answers undefined and changes nothing.
 */
export async function makeDemoData(deps: DemoDeps): Promise<DemoAccount[] | undefined> {
  const { rowCount } = await deps.userPool.query('SELECT FROM users LIMIT 1');
  if (rowCount !== 0) return undefined;
  const hasher = await createPasswordHasher();
  const hash = await hasher.hash(demoPassword);
  const doctors = Array.from({ length: doctorsTotal }, (_, index) => demoDoctor(index));
  const patients = Array.from({ length: patientsTotal }, (_, index) => demoPatient(index));
  const administrator = {
    email: 'admin@demo.consulta.example',
    password: demoPassword,
    fullName: 'Marta Figueiredo',
  };

  const doctorIds = await insertUsersInBulk(
    deps.userPool,
    doctors.map(({ person }) => person),
    hash,
  );
  await insertUsersInBulk(deps.userPool, patients, hash);
  await publishSchedules(deps, doctorIds, doctors);
  await deps.makeAdministrator(administrator);

  const [doctor, patient] = [doctors[0]?.person, patients[0]];
  if (!doctor || !patient) throw new Error('the demo data has doctors and patients');
  return [
    { role: 'patient', name: patient.fullName, email: patient.email, password: demoPassword },
    { role: 'doctor', name: doctor.fullName, email: doctor.email, password: demoPassword },
    { role: 'admin', name: administrator.fullName, email: administrator.email, password: demoPassword },
  ];
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
