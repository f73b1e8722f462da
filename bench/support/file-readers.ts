import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

/*
 * A process of its own that reads files over many connections for some seconds, each connection as fast as it
 * is answered, and sends how many it read per second.
 */

type Order = { address: string; ids: string[]; authorization: string; seconds: number; connections: number };

process.on('message', async (order: Order) => {
  const agent = new Agent({ keepAlive: true, maxSockets: order.connections });
  const startedMs = performance.now();
  const endsMs = startedMs + order.seconds * 1000;
  let reads = 0;
  const lane = async (_: unknown, place: number) => {
    for (let turn = place; performance.now() < endsMs; turn += 1) {
      await readFile(agent, order, order.ids[turn % order.ids.length] ?? '');
      reads += 1;
    }
  };
  await Promise.all(Array.from({ length: order.connections }, lane));
  agent.destroy();
  process.send?.(reads / ((performance.now() - startedMs) / 1000));
});

async function readFile(agent: Agent, { address, authorization }: Order, id: string): Promise<void> {
  const request = get(`${address}/api/v1/files/${id}/content`, { agent, headers: { authorization } });
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response?.statusCode !== 200) throw new Error(`a read answered ${response?.statusCode}`);
  response.resume();
  await once(response, 'end');
}
