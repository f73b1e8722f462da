import { sampleCities } from '@consulta/user/seeding';
import { seeded } from '../../tests/support/random.ts';

const specialties = [
  'Cardiologia',
  'dermatologia',
  'PEDIATRIA',
  'Ortopedia e Traumatologia',
  'psiquiatria',
  'Neurologia',
  'Oftalmologia',
  'Urologia',
  'clinica medica',
  'Genética Médica',
];
const insurances = ['Unimed', 'bradesco saude', 'Amil', 'SulAmérica', 'hapvida'];
const names = ['ana', 'silva', 'joao', 'conceicao', 'souza', 'maria', 'oliveira', 'nogueira', 'lima', 'xyz'];
const sorts = ['nextAvailable', 'price', 'name', 'rating'];

/** What a patient combines: most name a specialty and a place, some narrow it down, few look for a name. */
const templates: string[][] = [
  ['specialty'],
  ['specialty', 'city'],
  ['specialty', 'city'],
  ['specialty', 'state'],
  ['specialty', 'city', 'insurance'],
  ['specialty', 'city', 'maxPriceCents'],
  ['specialty', 'state', 'minRating'],
  ['specialty', 'insurance', 'mode'],
  ['specialty', 'city', 'availableBefore'],
  ['city'],
  ['city', 'insurance'],
  ['state', 'mode', 'maxPriceCents'],
  ['name'],
  ['name', 'city'],
  ['specialty', 'name'],
  ['crm'],
];

/** Distinct query strings of `GET /doctors`, the same at each run. */
export function makeQueries(count: number): string[] {
  const random = seeded(20_261_124);
  const places = sampleCities();
  const soon = Date.now();
  const fieldOf: Record<string, (place: string) => string> = {
    specialty: () => random.pick(specialties),
    city: (place) => place.split('/')[1] ?? '',
    state: (place) => place.split('/')[0] ?? '',
    insurance: () => random.pick(insurances),
    mode: () => random.pick(['in_person', 'video']),
    name: () => random.pick(names) + random.pick(['', '', ' ', 'a', 'o', 's']),
    maxPriceCents: () => String(10_000 + 500 * random.below(60)),
    minRating: () => String(3 + random.below(20) / 10),
    availableBefore: () => new Date(soon + 3_600_000 * (1 + random.below(400))).toISOString(),
    crm: () => `${1 + random.below(100_000)}-${random.pick(places).split('/')[0]}`,
  };
  const queries = new Set<string>();
  while (queries.size < count) {
    const place = random.pick(places);
    const query = new URLSearchParams();
    for (const field of random.pick(templates)) query.set(field, fieldOf[field]?.(place).trim() ?? '');
    if (random.chance(0.5)) query.set('sort', random.pick(sorts));
    if (random.chance(0.6)) query.set('limit', String(5 + random.below(20)));
    queries.add(query.toString());
  }
  return [...queries];
}
