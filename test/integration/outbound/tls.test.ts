import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRaw } from './raw-server.ts';
import { allowing, as, closing, sender, text } from './sending.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const fixture = (name: string) => readFileSync(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8');
const trusted = getCACertificates('default');

beforeAll(() => setDefaultCACertificates([...trusted, fixture('ca')]));
afterAll(() => setDefaultCACertificates(trusted));

type Seen = { servername: unknown; alpn: string | false | null };

async function startTls(certificate: string, options: TlsOptions & { greeting?: string } = {}) {
  const seen: Seen[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    { cert: fixture(certificate), key: fixture(`${certificate}-key`), ALPNProtocols: ['h2', 'http/1.1'], ...options },
    (socket) => {
      sockets.add(socket);
      // Node documents the property, its types leave it out.
      const { servername } = socket as TLSSocket & { servername?: unknown };
      seen.push({ servername, alpn: socket.alpnProtocol });
      socket.on('error', () => {});
      if (options.greeting !== undefined) socket.write(options.greeting);
      socket.on('data', () => socket.write(ok));
    },
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return closing({ port, seen, close });
}

function senderTo(...names: string[]) {
  return sender({ egress: allowing('127.0.0.1', ...names), lookup: async () => ['127.0.0.1'] });
}

describe('over TLS', () => {
  it('SNI and the certificate check stay on the name though the address is dialled', async () => {
    const server = await startTls('good');
    const send = senderTo('good.test');
    const outcome = await send(`https://good.test:${server.port}/`);
    expect(text(outcome)).toBe('ok');
    const { timings, remoteAddress } = as('response', outcome);
    expect(timings.tlsMs).toBeGreaterThan(0);
    expect(timings.connectMs).not.toBeNull();
    expect(remoteAddress).toBe('127.0.0.1');
    expect(server.seen).toEqual([{ servername: 'good.test', alpn: 'http/1.1' }]);
    const again = as('response', await send(`https://good.test:${server.port}/`));
    expect(again.timings).toMatchObject({ connectMs: null, tlsMs: null });
    expect(server.seen.length).toBe(1);
  });

  it('an address is checked as an address, without SNI', async () => {
    const server = await startTls('good');
    expect(text(await senderTo()(`https://127.0.0.1:${server.port}/`))).toBe('ok');
    expect(server.seen[0]?.servername).toBe(false);
  });

  it.each([
    ['of another name', 'good', 'other.test', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['signed by itself', 'self-signed', 'good.test', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['that has expired', 'expired', 'good.test', 'CERT_HAS_EXPIRED'],
  ])('a certificate %s ends the attempt before anything is sent', async (_, certificate, name, detail) => {
    const server = await startTls(certificate);
    const outcome = as('connection_error', await senderTo(name)(`https://${name}:${server.port}/`));
    expect(outcome).toMatchObject({ code: 'tls_certificate', requestSent: false });
    expect(outcome.message).toContain(detail);
  });

  it('a session of one name does not vouch for another', async () => {
    const server = await startTls('good');
    const send = senderTo('good.test', 'other.test');
    expect((await send(`https://good.test:${server.port}/`)).kind).toBe('response');
    const outcome = as('connection_error', await send(`https://other.test:${server.port}/`));
    expect(outcome.code).toBe('tls_certificate');
  });

  it('an old protocol version is a TLS error', async () => {
    const server = await startTls('good', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' });
    const outcome = as('connection_error', await senderTo('good.test')(`https://good.test:${server.port}/`));
    expect(outcome).toMatchObject({ code: 'tls_error', requestSent: false });
  });

  it('a server that wants a client certificate is an error, not a hang', async () => {
    const server = await startTls('good', { requestCert: true, rejectUnauthorized: true, ca: [fixture('ca')] });
    const outcome = as('connection_error', await senderTo('good.test')(`https://good.test:${server.port}/`));
    expect(['tls_error', 'connection_reset']).toContain(outcome.code);
  });

  it('a server that speaks plain HTTP is a TLS error', async () => {
    const server = closing(await startRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const outcome = as('connection_error', await senderTo()(`https://127.0.0.1:${server.port}/`));
    expect(outcome).toMatchObject({ code: 'tls_error', requestSent: false });
  });

  it('a server that hangs up in the handshake sent nothing', async () => {
    const server = closing(await startRaw((socket) => socket.end()));
    const outcome = as('connection_error', await senderTo()(`https://127.0.0.1:${server.port}/`));
    expect(outcome).toMatchObject({ code: 'connection_reset', requestSent: false });
  });

  it('a server that speaks before it is asked is not dialled again and again', async () => {
    // In TLS 1.2 the server ends the handshake, so that its greeting is there before anything can be sent.
    const server = await startTls('good', { maxVersion: 'TLSv1.2', greeting: ok });
    const started = performance.now();
    const outcome = await senderTo('good.test')(`https://good.test:${server.port}/`, { timeoutMs: 20_000 });
    expect(['connection_error', 'response']).toContain(outcome.kind);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(server.seen.length).toBe(1);
  });

  it('plain HTTP spoken to a TLS port is reported as broken off', async () => {
    const server = await startTls('good');
    const outcome = as('connection_error', await senderTo()(`http://127.0.0.1:${server.port}/`));
    expect(['connection_reset', 'http_invalid']).toContain(outcome.code);
  });
});
