import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Pooler = Readonly<{ url: string; close(): Promise<void> }>;

/** Each is an answer of PgBouncer's: message E, its length, counted with itself, and its fields. */
function refusalOf(parameter: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C08P01\0Munsupported startup parameter: ${parameter}\0\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}

/**
 * Starts a pooler as PgBouncer is in transaction mode, for clients that send one statement after the other: a client's
 * sign-in is passed on, and then its statements go to the connection of whoever came first. With `refuses` it is one that
 * does not know this startup parameter, and refuses the client.
 */
export async function startPooler(databaseUrl: string, { refuses }: { refuses?: string } = {}): Promise<Pooler> {
  const real = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const ready: Socket[] = [];
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const pool = createServer((client) => {
    keep(client);
    if (refuses) return void client.once('data', () => client.end(refusalOf(refuses)));
    const own = connect(Number(real.port), real.hostname);
    keep(own);
    const signIn = (chunk: Buffer) => void own.write(chunk);
    client.on('data', signIn);
    own.on('data', function answer(chunk: Buffer) {
      client.write(chunk);
      // PostgreSQL says ReadyForQuery at the end of a sign-in: Z, a length of five, and I for no transaction.
      if (!chunk.subarray(-6).equals(Buffer.from('Z\0\0\0\x05I'))) return;
      own.off('data', answer);
      client.off('data', signIn);
      ready.push(own);
      const [first = own] = ready;
      client.on('data', (statement) => {
        // A client's goodbye would close the connection for all.
        if (statement[0] === 'X'.charCodeAt(0)) return void client.end();
        first.removeAllListeners('data');
        first.on('data', (result) => client.write(result));
        first.write(statement);
      });
    });
  });
  pool.listen(0, '127.0.0.1');
  await once(pool, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(pool.address() as AddressInfo).port}`;
  return {
    url: url.href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => pool.close(resolve));
    },
  };
}
