import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * Reads one line from standard input. On a terminal it asks for it and does not show what is typed. Throws when the
 * input ends before a line, or is interrupted.
 */
export function askPassword(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY === true;
  // Readline echoes what is typed to its output, which is nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal });
  if (terminal) stderr.write(question);
  return new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => reject(new Error('No password was given')));
  }).finally(() => {
    if (terminal) stderr.write('\n');
    lines.close();
  });
}
