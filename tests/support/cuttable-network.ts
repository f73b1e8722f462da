import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type CuttableNetwork = {
  /** This machine's address as those in the namespace see it. */
  host: string;
  /** The addresses on both ends. */
  subnet: string;
  /** Runs the command that follows in the namespace. */
  within: string[];
  cut: () => Promise<void>;
  mend: () => Promise<void>;
  remove: () => Promise<void>;
};

/**
 * A network namespace that one link joins to this machine, and that loses it without a word to either side when it is
 * cut. Answers why there can be none here (it takes Linux, `ip` and an administrator's rights).
 */
export async function cuttableNetwork(): Promise<CuttableNetwork | string> {
  const [number, name] = [process.pid % 250, `consulta-${process.pid}`];
  const [link, peer] = [`cons${process.pid}`, `conp${process.pid}`];
  const [host, guest] = [`10.213.${number}.1`, `10.213.${number}.2`];
  const ip = (words: string) => run('ip', words.split(' '));
  const remove = async () => {
    await ip(`netns del ${name}`).catch(() => {});
    await ip(`link del ${link}`).catch(() => {});
  };
  try {
    await ip(`netns add ${name}`);
    await ip(`link add ${link} type veth peer name ${peer} netns ${name}`);
    await ip(`address add ${host}/30 dev ${link}`);
    await ip(`link set ${link} up`);
    await ip(`-n ${name} address add ${guest}/30 dev ${peer}`);
    for (const each of ['lo', peer]) await ip(`-n ${name} link set ${each} up`);
  } catch (error) {
    await remove();
    return `no network namespace can be made here: ${error instanceof Error ? error.message : error}`;
  }
  return {
    ...{ host, subnet: `10.213.${number}.0/30`, within: ['ip', 'netns', 'exec', name] },
    cut: async () => void (await ip(`link set ${link} down`)),
    mend: async () => void (await ip(`link set ${link} up`)),
    remove,
  };
}
