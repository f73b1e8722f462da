import { startTestServer } from '@consulta/platform/testing';

let server: Awaited<ReturnType<typeof startTestServer>> | undefined;

/** One PostgreSQL for the whole test run; each test file copies databases of its own from templates. */
export async function globalSetup(): Promise<void> {
  server = await startTestServer();
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
