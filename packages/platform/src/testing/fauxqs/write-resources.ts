import type { BusResources } from '../../aws/resources.ts';
import { writePrivateFile } from '../../embedded/durable-files.ts';

/** Writes the file that `BUS_RESOURCES` names. */
export const writeBusResources = (file: string, resources: BusResources): Promise<void> =>
  writePrivateFile(file, `${JSON.stringify(resources, null, 2)}\n`);
