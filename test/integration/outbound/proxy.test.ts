import { readFileSync } from 'node:fs';
import { createServer as createTls, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEgressProxy } from '#src/domain/egress/way-out.ts';
import { startConnectProxy } from '#test/support/connect-proxy.ts';
import { closedUrl } from '#test/support/free-port.ts';
import { startTarget } from '#test/support/target-server.ts';
import { startRaw } from './raw-server.ts';
import { allowing, as, closing, sender, text } from './sending.ts';

const publicAddress = '93.184.215.14';
const fixture = (name: string) => readFileSync(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8');
const trusted = getCACertificates('default');

beforeAll(() => setDefaultCACertificates([...trusted, fixture('ca')]));
afterAll(() => setDefaultCACertificates(trusted));

/** A sender that goes through the proxy at this URL. Every name leads to one public address. */
function through(url: string, { addresses = [publicAddress], rules = [] as string[] } = {}) {
  return sender({ egress: allowing(...rules), lookup: async () => addresses, proxy: parseEgressProxy(url) });
}

async function startTlsTarget() {
  const names: unknown[] = [];
  const server = createTls({ cert: fixture('good'), key: fixture('good-key') }, (socket) => {
    names.push((socket as typeof socket & { servername?: unknown }).servername);
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { port, names, close };
}

describe('through an egress proxy', () => {
  it('a tunnel to the checked address is opened, for http too, and kept for the next request', async () => {
    const target = closing(await startTarget());
    const proxy = closing(await startConnectProxy(() => Number(new URL(target.url).port)));
    const send = through(proxy.url.replace('//', '//worker:pa%3Ass@'));
    const outcome = as('response', await send('http://api.example/json'));
    expect(outcome).toMatchObject({ status: 200, remoteAddress: publicAddress });
    expect(outcome.timings.connectMs).not.toBeNull();
    as('response', await send('http://api.example/json'));
    expect(proxy.asked).toEqual([
      {
        line: `CONNECT ${publicAddress}:80 HTTP/1.1`,
        headers: `Host: ${publicAddress}:80\nProxy-Authorization: Basic ${btoa('worker:pa:ss')}`,
      },
    ]);
    expect(target.requests[0]?.headers.host).toBe('api.example');
    expect(target.requests[0]?.headers['proxy-authorization']).toBeUndefined();
    // Another origin has a tunnel of its own.
    as('response', await send('http://other.example/json'));
    expect(proxy.asked.length).toBe(2);
  });

  it('TLS is with the target, by its name', async () => {
    const target = closing(await startTlsTarget());
    const proxy = closing(await startConnectProxy(() => target.port));
    const named = through(proxy.url, { rules: ['good.test', 'other.test'] });
    const good = await named('https://good.test:8443/');
    expect(text(good)).toBe('ok');
    expect(as('response', good).timings.tlsMs).not.toBeNull();
    expect(target.names).toEqual(['good.test']);
    expect(proxy.asked).toMatchObject([{ line: `CONNECT ${publicAddress}:8443 HTTP/1.1` }]);
    expect(as('connection_error', await named('https://other.test:8443/')).code).toBe('tls_certificate');
  });

  it.each([
    ['a name that leads inside', 'http://inside.example/', ['10.1.2.3']],
    ['a name that leads outside and inside', 'http://inside.example/', [publicAddress, '10.1.2.3']],
    ['a private address', 'http://10.1.2.3/', []],
    ['the proxy itself', 'http://127.0.0.1:3128/', []],
  ])('%s is refused all the same, and the proxy is asked nothing', async (_, url, addresses) => {
    const proxy = closing(await startConnectProxy(() => 1));
    expect((await through(proxy.url, { addresses })(url)).kind).toBe('blocked');
    expect(proxy.asked).toEqual([]);
  });

  it('this machine is reached without it, where it is allowed', async () => {
    const target = closing(await startTarget());
    const proxy = closing(await startConnectProxy(() => 1));
    as('response', await through(proxy.url, { rules: ['127.0.0.1'] })(`${target.url}/json`));
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    ['HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n', '407'],
    ['HTTP/1.1 403 Forbidden\r\n\r\n', '403'],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', '502'],
    ['HTTP/1.1 418 Teapot\r\n\r\n', '418'],
    ['SSH-2.0-OpenSSH\r\n\r\n', 'does not answer as one'],
    [`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`, 'does not answer as one'],
    ['', 'closed the connection'],
  ])('an answer of %j is not held against the target, and tells no secret', async (answer, said) => {
    const proxy = closing(await startConnectProxy(() => 1));
    proxy.refuse(answer);
    const send = through(proxy.url.replace('//', '//worker:hunter2@'));
    const outcome = as('connection_error', await send('http://api.example/'));
    expect(outcome).toMatchObject({ code: 'network_unreachable', requestSent: false });
    expect(outcome.message).toContain(said);
    expect(JSON.stringify(outcome)).not.toMatch(/hunter2|d29ya2Vy/);
  });

  it('one that cannot be reached is told as such', async () => {
    const gone = await closedUrl();
    const outcome = as('connection_error', await through(gone)('http://api.example/'));
    expect(outcome).toMatchObject({ code: 'network_unreachable', requestSent: false });
    expect(outcome.message).toContain(new URL(gone).host);
  });

  it('one that is silent ends the attempt at its deadline, and leaves no socket', async () => {
    const silent = closing(await startRaw(() => {}));
    const outcome = as('timeout', await through(silent.url)('http://api.example/', { timeoutMs: 300 }));
    expect(outcome).toMatchObject({ phase: 'connect', requestSent: false });
    await silent.allClosed();
  });

  it('what comes right behind its answer belongs to the target', async () => {
    const eager = closing(
      await startRaw((socket, _index, request) => {
        if (request.startsWith('CONNECT')) socket.write('HTTP/1.1 200 OK\r\n\r\n');
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      }),
    );
    expect(text(await through(eager.url)('http://api.example/'))).toBe('ok');
  });
});
