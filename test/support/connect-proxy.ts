import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type ConnectProxy = {
  url: string;
  port: number;
  /** What was asked of it: place and headers of each request. */
  asked: { line: string; headers: string }[];
  /** Answers every further request with this, instead of opening a tunnel. Null: it opens tunnels. */
  refuse(answer: string | null): void;
  close(): Promise<void>;
};

/**
 * Starts an HTTP proxy that knows CONNECT alone. Every place it is asked for is `leadsTo`, a port of this machine: it
 * stands for the internet.
 */
export async function startConnectProxy(leadsTo: (place: string) => number): Promise<ConnectProxy> {
  const asked: ConnectProxy['asked'] = [];
  const sockets = new Set<Socket>();
  let refusal: string | null = null;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    let head = '';
    const read = (chunk: Buffer) => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', read);
      const [line = '', ...headers] = head.slice(0, end).split('\r\n');
      asked.push({ line, headers: headers.join('\n') });
      if (refusal !== null) return void socket.end(refusal);
      const onward = connect(leadsTo(line.split(' ')[1] ?? ''), '127.0.0.1');
      keep(onward);
      onward.once('connect', () => {
        socket.write('HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.once('close', () => socket.destroy());
      socket.once('close', () => onward.destroy());
    };
    socket.on('data', read);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    refuse: (answer) => {
      refusal = answer;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
