import { boundaryFaults } from './boundaries.ts';
import { circles } from './circles.ts';
import { readSources } from './sources.ts';

/** `node scripts/house/check.ts [ROOT]`: says which imports break the house's rules, and fails if any does. */
const root = process.argv[2] ?? new URL('../../', import.meta.url).pathname;
const files = readSources(root);
const faults = [
  ...boundaryFaults(files).map(({ path, line, message }) => `${path}:${line}: ${message}`),
  ...circles(files).map(
    (members) => `${members[0]}: these import one another in a circle: ${members.join(', ')}`,
  ),
];
for (const fault of faults) console.error(fault);
console.log(
  `${files.length} files, ${faults.length} imports against the rules (docs/decisions/016-own-boundaries.md)`,
);
if (faults.length > 0 || files.length === 0) process.exitCode = 1;
