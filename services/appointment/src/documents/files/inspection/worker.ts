import { serveTasks } from '@consulta/platform/work/worker';
import { judge } from './judge.ts';

/** A process that judges files; started by `inspector.ts`. */
serveTasks((_: undefined, content) => judge(content));
