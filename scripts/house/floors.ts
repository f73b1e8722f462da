/**
 * Who stands above whom. A row is a floor, the ground first. A room imports from floors below its own, never from above
 * and never from its neighbours on the same floor. A new folder finds its place here before the check lets it pass.
 */
export type Floors = string[][];

/** The project's rooms: each is a package, except that tests, benchmarks and scripts share the one at the root. */
export const project: Floors = [
  ['packages/contracts', 'packages/client'],
  ['packages/platform'],
  [
    'services/user',
    'services/schedule',
    'services/appointment',
    'services/appointment-creator',
    'services/review-processor',
  ],
  ['apps/standalone'],
  ['apps/distributed'],
  ['infra'],
  ['tests', 'bench', 'scripts'],
];

/** Entrances through which a service may be entered from its own floor: two workers stand on AppointmentDB's store. */
export const doors: Record<string, string[]> = {
  'services/appointment-creator': ['@consulta/appointment/store', '@consulta/appointment/store/migrations'],
  'services/review-processor': [
    '@consulta/appointment/store/reviews',
    '@consulta/appointment/store/migrations',
  ],
};

/**
 * The floors inside of rooms, by their `src`. Files that stand beside the folders (`app.ts`, `index.ts`, …) are the
 * roof, which may import everything and which no folder may import, unless they are named here or `.` has a floor.
 */
export const inside: Record<string, Floors> = {
  'packages/contracts/src': [['common'], ['.'], ['internal'], ['channels.ts'], ['index.ts']],
  'packages/platform/src': [
    ['problems', 'process', 'blobs'],
    ['database', 'encryption'],
    ['work'],
    ['messaging', 'caching'],
    ['auth'],
    ['http'],
    ['openapi'],
    ['hosting'],
    ['embedded', 'aws', 'redis'],
    ['alone'],
    ['testing'],
  ],
  'services/user/src': [
    ['tables.ts', 'config.ts', 'metrics.ts'],
    ['passwords', 'lockout', 'tokens'],
    ['people'],
    ['directory'],
    ['sessions'],
    ['signing-in', 'verification', 'registration'],
    ['account'],
  ],
  'services/schedule/src': [
    ['tables.ts', 'query-plans.ts'],
    ['bookability'],
    ['slots'],
    ['schedules', 'settings'],
    ['availability', 'claims', 'rolling', 'withdrawn'],
  ],
  'services/appointment/src': [
    ['tables.ts', 'shares.ts', 'metrics.ts'],
    ['audit', 'people'],
    ['appointments'],
    ['booking', 'lifecycle', 'events', 'feedback', 'figures', 'relations', 'documents', 'watching'],
    ['deciding', 'leaving'],
  ],
};

/** The room that a file belongs to, by its path from the root; null where it stands in none. */
export function roomOf(path: string): string | null {
  return project.flat().find((room) => path.startsWith(`${room}/`)) ?? null;
}
