import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type CuttableProxy = {
  url: string;
  /** Resets every connection that goes through it, on both sides, and answers how many there were. */
  cut: () => number;
  close: () => Promise<void>;
};

/** Stands between clients and a port of this machine, as a network does that now and then fails. */
export async function cuttableProxy(port: number): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A reset is one of the ways to end.
    socket.on('error', () => {});
  };
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) keep(socket);
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    const connections = Math.ceil(open.size / 2);
    for (const socket of open) socket.resetAndDestroy();
    return connections;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: async () => {
      server.close();
      cut();
    },
  };
}
