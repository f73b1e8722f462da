import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { ProblemError } from '@consulta/platform/problems';
import { createLog } from '@consulta/platform/process';
import { bombs } from '../../../../testing/bombs.ts';
import { jpeg, pdf, png, pngOfSize } from '../../../../testing/samples.ts';
import { fileInspector } from './inspector.ts';

const inspector = fileInspector(createLog('silent'));
after(() => inspector.close());

async function* pieces(content: Buffer) {
  for (let start = 0; start < content.length; start += 65_536) yield content.subarray(start, start + 65_536);
}
const inspect = (content: Buffer) => inspector.inspect(pieces(content));
const refusedWith = (status: number) => (error: unknown) =>
  error instanceof ProblemError && error.status === status && error.message.length > 20;

test('a file that arrives in pieces is judged whole', async () => {
  assert.equal(await inspect(pngOfSize(9 * 1024 * 1024)), 'image/png');
  assert.equal(await inspect(jpeg), 'image/jpeg');
  assert.equal(await inspect(pdf()), 'application/pdf');
  await assert.rejects(inspect(Buffer.from('MZ')), refusedWith(415));
});

suite('a bomb is refused within its limits, and the next file is judged', () => {
  for (const [name, bomb] of bombs) {
    test(name, async () => {
      await assert.rejects(inspect(bomb), refusedWith(415));
      assert.equal(await inspect(png()), 'image/png');
    });
  }
});

test('content that cannot be read to its end is not judged', async () => {
  const broken = async function* () {
    yield png();
    throw new Error('the disk is gone');
  };
  await assert.rejects(inspector.inspect(broken()), /the disk is gone/);
});

test('after closing nothing is judged', async () => {
  const closed = fileInspector(createLog('silent'));
  await closed.close();
  await assert.rejects(closed.inspect(pieces(png())), refusedWith(503));
});
