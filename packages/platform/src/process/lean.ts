import { execFileSync } from 'node:child_process';
import { flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Only V8's interpreter: its compilers are 9 MiB that a small worker would touch. And a small young generation. */
const flags = ['--no-opt', '--no-maglev', '--no-sparkplug', '--max-semi-space-size=1'];

/** Beside the libraries, so that only who may change the program may write there. */
const cache = fileURLToPath(new URL('../../../../node_modules/.cache/consulta', import.meta.url));

/** Set in a process that only loads the program, for the cache's sake. */
const loadOnly = 'CONSULTA_LOAD_ONLY';

/**
 * Runs a program of little work again in its own process (the same number, input and output), so that it takes as little
 * memory as it can: 30 MiB less. What strips the types from its sources stays out of memory, because the stripped
 * sources come from Node's compile cache, which a process before it fills; V8 runs without its compilers. To be called
 * by the main file before it does anything. Resolves where that is so already, or where a process cannot be replaced
 * (Windows, Node before 22.15): then it runs as it is.
 *
 * @param loadRest loads what the program imports only while it runs
 */
export async function becomeLean(loadRest: () => Promise<unknown>): Promise<void> {
  if (process.env[loadOnly]) {
    await loadRest();
    endOfLoading();
  }
  if (typeof process.execve !== 'function' || process.execArgv.includes('--no-opt')) return;
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  const command = [...process.execArgv, ...flags, ...process.argv.slice(1)];
  execFileSync(process.execPath, command, { env: { ...env, [loadOnly]: '1' }, stdio: 'ignore' });
  process.execve(process.execPath, [process.execPath, ...command], env);
}

function endOfLoading(): never {
  flushCompileCache();
  process.exit(0);
}
