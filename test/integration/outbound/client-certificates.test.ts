import { createServer, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { TlsIdentity } from '#src/outbound/request.ts';
import { pem } from '#test/support/tls/pem.ts';
import { allowing, as, closing, sender, text } from './sending.ts';

const ca = pem('ca');
const identity = (print: string, name: string | null, trusted: string | null = ca): TlsIdentity => ({
  print,
  certificate: name && pem(name),
  key: name && pem(`${name}-key`),
  ca: trusted,
});
const first = identity('first', 'client');
const other = identity('other', 'client-other');

/** A server that wants a client's certificate and answers with its common name. It says where it redirects to, if so. */
async function startServer(location: string | null = null) {
  let handshakes = 0;
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    {
      cert: pem('good'),
      key: pem('good-key'),
      ca: pem('client-ca'),
      requestCert: true,
      rejectUnauthorized: location === null,
    },
    (socket) => {
      handshakes += 1;
      sockets.add(socket);
      socket.on('error', () => {});
      const name = String(socket.getPeerCertificate().subject?.CN ?? 'nobody');
      const head = location === null ? 'HTTP/1.1 200 OK' : `HTTP/1.1 302 Found\r\nlocation: ${location}`;
      socket.on('data', () => socket.write(`${head}\r\ncontent-length: ${name.length}\r\n\r\n${name}`));
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return closing({ url: `https://127.0.0.1:${port}/`, handshakes: () => handshakes, close });
}

describe('a client certificate', () => {
  it('is shown to the server, whose own is believed by the authority that was given', async () => {
    const server = await startServer();
    expect(text(await sender()(server.url, { tls: first }))).toBe('client');
    expect(as('connection_error', await sender()(server.url)).code).toBe('tls_certificate');
  });

  it('has connections of its own: they are shared with no other, and with none without', async () => {
    const server = await startServer();
    const send = sender();
    const names: string[] = [];
    for (const tls of [first, other, first, other]) names.push(text(await send(server.url, { tls })));
    expect(names).toEqual(['client', 'client-other', 'client', 'client-other']);
    expect(server.handshakes()).toBe(2);
    // Nor does a session that was opened with one let in who has none.
    const outcome = await send(server.url, { tls: identity('none', null) });
    expect(outcome.kind).toBe('connection_error');
  });

  it('that the server does not know, or does not get, ends the attempt', async () => {
    const server = await startServer();
    for (const tls of [identity('expired', 'expired'), identity('none', null)])
      expect(as('connection_error', await sender()(server.url, { tls })).code).toMatch(/^tls_|connection_reset/);
  });

  it('is not believed where only the public authorities are', async () => {
    const server = await startServer();
    const outcome = await sender()(server.url, { tls: identity('public', 'client', null) });
    expect(as('connection_error', outcome)).toMatchObject({ code: 'tls_certificate', requestSent: false });
  });

  it('does not go along to another origin', async () => {
    const there = await startServer();
    const here = await startServer(there.url);
    const outcome = await sender({ egress: allowing('127.0.0.1') })(here.url, { tls: first, maxRedirects: 3 });
    expect(as('connection_error', outcome).code).toBe('tls_certificate');
    expect(there.handshakes()).toBe(0);
  });
});
