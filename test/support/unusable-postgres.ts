import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { pem } from '#test/support/tls/pem.ts';

/**
 * What a server does with whoever connects: refuses with an SQLSTATE and a message, says nothing, or speaks TLS with a
 * certificate that nobody knows.
 */
type Manner = { code: string; message: string } | 'silent' | 'self-signed';

/** Starts a server that speaks PostgreSQL's protocol as far as a client gets that cannot use it. */
export async function startUnusablePostgres(manner: Manner): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined).on('close', () => sockets.delete(client));
    if (manner === 'silent') return;
    client.once('data', () => {
      if (manner !== 'self-signed') return void client.end(refusalOf(manner));
      client.write('S');
      const secured = new TLSSocket(client, { isServer: true, cert: pem('self-signed'), key: pem('self-signed-key') });
      secured.on('error', () => undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Returns PostgreSQL's message E: its length, counted with itself, and its fields. */
function refusalOf({ code, message }: { code: string; message: string }): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}
