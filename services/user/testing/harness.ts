import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Address,
  cpfOf,
  type RegisterUser,
  revocationCalls,
  type TokenPair,
  type Topic,
  type User,
} from '@consulta/contracts';
import { createTokenVerifier, inProcessServices, remoteKeys, revocationFeed } from '@consulta/platform/auth';
import { platformMigrations } from '@consulta/platform/database';
import { openKeyRingFile } from '@consulta/platform/embedded';
import { inProcessCache, inProcessFanout } from '@consulta/platform/embedded/in-process';
import {
  createInternalApp,
  createPublicApp,
  createServiceClient,
  httpTransport,
  type ServiceClient,
} from '@consulta/platform/http';
import { allTaken, type Bus, type BusMessage } from '@consulta/platform/messaging';
import { createLog, createMetrics } from '@consulta/platform/process';
import { callerAllowed, createTestDatabase, serviceDouble } from '@consulta/platform/testing';
import type { FastifyInstance, InjectOptions } from 'fastify';
import {
  createAdministrator,
  createUserService,
  type UserServiceDeps,
  userMigrations,
} from '../src/index.ts';

export const cheapArgon2 = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const services = inProcessServices();

export type Harness = Awaited<ReturnType<typeof startHarness>>;

/**
 * The user service on a database of its own, behind the real entrances and a verifier that reads its real
 * JWKS and revocations. The bus keeps what was published; `deliver` hands messages to the service.
 */
export async function startHarness(
  options: {
    verification?: 'manual' | 'auto';
    schedule?: ServiceClient;
    now?: () => Temporal.Instant;
    searchCacheMs?: number;
    networks?: UserServiceDeps['config']['networks'];
  } = {},
) {
  const database = await createTestDatabase([platformMigrations, userMigrations]);
  const { pool } = database;
  const folder = await mkdtemp(join(tmpdir(), 'consulta-user-'));
  const keyRing = await openKeyRingFile(join(folder, 'keys.json'));
  const log = createLog('silent');
  const fanout = inProcessFanout(log);
  const bus = recordingBus();
  const schedule = options.schedule ?? serviceDouble();
  const metrics = createMetrics();
  const config: UserServiceDeps['config'] = {
    doctorVerification: options.verification ?? 'auto',
    searchCacheMs: options.searchCacheMs ?? 0,
    argon2: cheapArgon2,
    networks: options.networks,
  };
  const cache = inProcessCache();
  const service = await createUserService({
    pool,
    bus: bus.bus,
    cache,
    fanout,
    keyRing,
    log,
    metrics,
    schedule,
    now: options.now ?? Temporal.Now.instant,
    config,
  });

  const internal = createInternalApp({ log, metrics, verifyService: services.verify });
  await internal.register(service.internalRoutes);
  await internal.register(service.rootRoutes);
  await internal.listen({ host: '127.0.0.1', port: 0 });
  const address = internal.server.address();
  assert.ok(typeof address === 'object' && address);
  const baseUrl = `http://127.0.0.1:${address.port}`;
  const client = createServiceClient({
    transport: httpTransport(baseUrl),
    to: 'user',
    credentials: services.credentialsOf('appointment'),
    log,
  });
  const read = (since: string) => client.call(revocationCalls.list, { since });
  const revocations = revocationFeed({ read, fanout, log });
  await revocations.start();
  const verifyToken = createTokenVerifier({
    keys: remoteKeys(`${baseUrl}/.well-known/jwks.json`, { log }).find,
    revocations,
  });
  const app = await createPublicApp({ log, metrics, verifyToken, counters: undefined });
  await app.register(service.publicRoutes, { prefix: '/api/v1' });
  await app.register(service.rootRoutes);
  await app.ready();

  const stop = async () => {
    await service.stop();
    await revocations.stop();
    await client.close();
    await app.close();
    await internal.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    pool,
    keyRing,
    app,
    internal,
    service,
    verifyToken: async (token: string) => verifyToken(token),
    fanout,
    ...bus,
    ...callsOf(app, internal),
    stop,
  };
}

function recordingBus() {
  const published: { topic: Topic; key: string }[] = [];
  const handlers = new Map<Topic, (messages: BusMessage[]) => Promise<void>>();
  const bus: Bus = {
    publish: async (topic, messages) => {
      for (const { key } of messages) published.push({ topic, key });
      return allTaken;
    },
    subscribe: (topic, _options, handler) => {
      handlers.set(topic, handler);
      return { stop: async () => void handlers.delete(topic) };
    },
  };
  const deliver = async (topic: Topic, keys: string[]) => {
    const handler = handlers.get(topic);
    assert.ok(handler, `nobody subscribed to ${topic}`);
    await handler(keys.map((key) => ({ id: randomUUID(), key })));
  };
  return { bus, published, deliver };
}

type Call = { token?: string; body?: unknown; headers?: Record<string, string>; ip?: string };
export type Answer<T> = { status: number; body: T; headers: Record<string, unknown> };

function callsOf(app: FastifyInstance, internal: FastifyInstance) {
  const inject = async <T>(on: FastifyInstance, request: InjectOptions): Promise<Answer<T>> => {
    const response = await on.inject(request);
    const body = response.body === '' ? null : response.json();
    return { status: response.statusCode, body: body as T, headers: response.headers };
  };
  const call = <T>(method: InjectOptions['method'], path: string, more: Call = {}) =>
    inject<T>(app, {
      method: method ?? 'GET',
      url: `/api/v1${path}`,
      headers: { ...(more.token ? { authorization: `Bearer ${more.token}` } : {}), ...more.headers },
      ...(more.body === undefined ? {} : { payload: more.body as object }),
      ...(more.ip ? { remoteAddress: more.ip } : {}),
    });
  const callInternal = async <T>(method: 'GET' | 'POST', url: string, body?: unknown) => {
    const token = await services.credentialsOf(callerAllowed(method, url)).tokenFor('user');
    return inject<T>(internal, {
      method,
      url,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { payload: body as object }),
    });
  };
  const register = async (input: RegisterUser): Promise<User> => {
    const answer = await call<User>('POST', '/users', { body: input });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
  };
  const signIn = async (identifier: string, password: string): Promise<Required<TokenPair>> => {
    const answer = await call<Required<TokenPair>>('POST', '/auth/login', { body: { identifier, password } });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };
  return { call, callInternal, register, signIn };
}

export const anAddress: Address = {
  street: 'Rua das Flores',
  number: '10',
  neighborhood: 'Centro',
  city: 'Palmas',
  state: 'TO',
  postalCode: '77001000',
};

let people = 0;
/** A valid registration of a patient whom nobody else is. */
export function aPatient(change: Partial<RegisterUser> = {}): RegisterUser {
  people += 1;
  return {
    role: 'patient',
    fullName: `Paciente Número ${people}`,
    birthDate: '1990-05-17',
    email: `patient${people}@example.com`,
    password: 'correct horse battery',
    cpf: cpfOf(String(100_000_000 + people)),
    phone: '+5563981654141',
    address: anAddress,
    ...change,
  };
}

/** A valid registration of a doctor whom nobody else is. */
export function aDoctor(
  doctor: Partial<NonNullable<RegisterUser['doctor']>> = {},
  change: Partial<RegisterUser> = {},
): RegisterUser {
  const person = aPatient();
  return {
    ...person,
    role: 'doctor',
    fullName: `Médica Número ${people}`,
    doctor: {
      crm: { number: String(50_000 + people), state: 'TO' },
      specialties: ['Cardiologia'],
      consultationPriceCents: 30_000,
      ...doctor,
    },
    ...change,
  };
}

/** An administrator's access token. */
export async function signInAdministrator({
  pool,
  signIn,
}: Pick<Harness, 'pool' | 'signIn'>): Promise<string> {
  const account = {
    email: `admin-${randomUUID()}@example.com`,
    password: 'the keys to the clinic',
    fullName: 'Ada',
  };
  await createAdministrator({ pool, argon2: cheapArgon2 }, account);
  return (await signIn(account.email, account.password)).accessToken;
}
