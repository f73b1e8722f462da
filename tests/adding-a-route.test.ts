import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

/*
 * docs/adding-a-route.md says that three places are touched. Here a route is added that way to a copy of the project,
 * and the copy must hold it to everything that others are held to.
 */
const root = fileURLToPath(new URL('../', import.meta.url));
const copy = await mkdtemp(join(tmpdir(), 'consulta-route-'));
after(() => rm(copy, { recursive: true, force: true }));

before(async () => {
  const isSource = (path: string) => !['node_modules', 'cases'].includes(basename(path));
  for (const folder of ['packages', 'services', 'apps', 'tests', 'scripts', 'docs', 'infra']) {
    await cp(join(root, folder), join(copy, folder), { recursive: true, filter: isSource });
  }
  for (const file of ['package.json', 'tsconfig.json']) await cp(join(root, file), join(copy, file));
  await linkModules();
});

/** What is installed, by links; the project's own rooms as they are in the copy. */
async function linkModules(): Promise<void> {
  const installed = join(root, 'node_modules');
  const linked = join(copy, 'node_modules');
  await mkdir(linked);
  for (const name of await readdir(installed)) {
    if (name !== '@consulta') await symlink(join(installed, name), join(linked, name));
  }
  await cp(join(installed, '@consulta'), join(linked, '@consulta'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const ofRooms = globSync('{packages,services,apps}/*/node_modules', { cwd: root });
  for (const path of ofRooms) await symlink(join(root, path), join(copy, path));
}

const contract = `
/** Whether an appointment is still to come. */
export const AppointmentPhase = Type.Object(
  { id: Id, over: Type.Boolean({ examples: [false] }) },
  { title: 'AppointmentPhase', additionalProperties: false },
);
`;

const route = `
    app.route({
      method: 'GET',
      url: '/appointments/:id/phase',
      config: { permission: 'appointment:read', perMinute: 600 },
      schema: {
        operationId: 'readPhaseOfAppointment',
        summary: 'Tell whether an appointment is over',
        tags: ['appointments'],
        params: IdParams,
        response: { 200: AppointmentPhase },
      },
      handler: async (request) => {
        const { id, ends_at } = await findOwn(deps.db, callerOf(request), request.params.id);
        return { id, over: ends_at.getTime() < Date.now() };
      },
    });
`;

const row = `
  'GET /appointments/:id/phase': { roles: both, only: people, status: 200 },
`;

/** Puts a text behind the first place where `anchor` stands in a file of the copy. */
async function insert(path: string, anchor: string, text: string): Promise<void> {
  const file = join(copy, path);
  const before = await readFile(file, 'utf8');
  assert.ok(before.includes(anchor), `${path} has no ${anchor}`);
  await writeFile(
    file,
    before.replace(anchor, () => anchor + text),
  );
}

function run(...command: string[]): Promise<{ passes: boolean; output: string }> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: copy, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ passes: error === null, output: stdout + stderr }),
    );
  });
}

const matrix = ['--test', '--test-global-setup=tests/support/global-setup.ts', 'tests/access-matrix.test.ts'];

test('a route is added in three places, and nothing else needs to know of it', async () => {
  await insert('packages/contracts/src/appointments.ts', "from './doctors.ts';\n", contract);
  const routes = 'services/appointment/src/appointments/routes.ts';
  await insert(routes, 'import { Appointment, ', 'AppointmentPhase, ');
  await insert(
    routes,
    "import { historyOf } from './history.ts';\n",
    "import { findOwn } from './own.ts';\n",
  );
  await insert(routes, '  async (app) => {', route);

  const unguarded = await run(...matrix);
  assert.ok(!unguarded.passes, 'who may call it must be said');
  assert.match(unguarded.output, /GET \/appointments\/:id\/phase/);

  await insert('tests/access-matrix.test.ts', 'const table: Record<string, Row> = {', row);
  const types = await run(join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', '.');
  assert.ok(types.passes, types.output);
  const guarded = await run(...matrix);
  assert.ok(guarded.passes, guarded.output);
  assert.match(guarded.output, /GET \/appointments\/:id\/phase/);

  const documented = await run('scripts/docs/write.ts');
  assert.ok(documented.passes, documented.output);
  for (const page of ['packages/client/src/api.d.ts', 'docs/limits.md', 'docs/postman.json']) {
    assert.match(await readFile(join(copy, page), 'utf8'), /phase/, page);
  }
});
