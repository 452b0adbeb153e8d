import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkWays, exitCodeOf, reportText } from '#src/cli/egress/egress-command.ts';
import { readConfig } from '#src/config.ts';
import { startRaw } from '#test/integration/outbound/raw-server.ts';
import { closing } from '#test/integration/outbound/sending.ts';
import { startConnectProxy } from '#test/support/connect-proxy.ts';
import { startTarget } from '#test/support/target-server.ts';

const settings = (env: Record<string, string> = {}) => readConfig({ PORT: '4600', ...env });
const names: Record<string, string[]> = {
  'mixed.example': ['93.184.215.14', '10.1.2.3'],
  'here.example': ['127.0.0.1'],
  'carries.example': ['64:ff9b::a01:203'],
};
const lookup = async (name: string) => names[name] ?? Promise.reject(new Error(`no ${name}`));

describe('checking the way to targets', () => {
  it('names each address and the range that refuses it, and dials nothing then', async () => {
    const [report] = await checkWays(['https://mixed.example/'], settings(), { lookup });
    expect(report).toMatchObject({
      host: 'mixed.example',
      port: 443,
      proxy: null,
      verdict: 'refused',
      connect: null,
      addresses: [
        { address: '93.184.215.14', allowed: true, why: 'public' },
        { address: '10.1.2.3', allowed: false, why: 'a private address (10.0.0.0/8)' },
      ],
    });
    expect(report?.why).toContain('RINGBACK_EGRESS_ALLOW=mixed.example');
  });

  it('names the rule that allows an address, and connects', async () => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const config = settings({ RINGBACK_EGRESS_ALLOW: '10.0.0.0/8,127.0.0.0/8' });
    const reports = await checkWays([`http://here.example:${port}/json`], config, { lookup });
    expect(reports).toMatchObject([
      {
        verdict: 'allowed',
        addresses: [{ address: '127.0.0.1', allowed: true, why: 'by 127.0.0.0/8' }],
        connect: { ok: true, address: '127.0.0.1', tls: null },
      },
    ]);
    expect(target.requests).toEqual([]);
    expect(exitCodeOf(reports)).toBe(0);
    expect(reports.map(reportText).join()).toMatch(/connect {3}127\.0\.0\.1 in \d+\.\d ms\n {2}allowed/);
  });

  it('follows redirects only when asked to, and checks where they lead', async () => {
    const server = closing(
      await startRaw(
        (socket) =>
          void socket.write('HTTP/1.1 302 Found\r\nlocation: http://mixed.example/\r\ncontent-length: 0\r\n\r\n'),
      ),
    );
    const config = settings({ RINGBACK_EGRESS_ALLOW: '127.0.0.1' });
    const still = await checkWays([server.url], config, { lookup });
    expect(exitCodeOf(still)).toBe(0);
    const followed = await checkWays([server.url], config, { lookup, follow: true });
    expect(followed[0]).toMatchObject({
      verdict: 'allowed',
      redirects: [{ url: 'http://mixed.example/', verdict: 'refused' }],
    });
    expect(exitCodeOf(followed)).toBe(1);
    expect(followed.map(reportText).join()).toContain('redirects to http://mixed.example/');
  });

  it.each([
    ['a name that does not resolve', 'http://gone.example/', 'unreachable', 3],
    ['what is no URL', 'gone', 'refused', 1],
    ['a port of something else', 'http://here.example:22/', 'refused', 1],
    ['an address in another', 'http://carries.example/', 'refused', 1],
    ['a metadata service', 'http://169.254.169.254/', 'refused', 1],
  ] as const)('tells of %s', async (_, url, verdict, code) => {
    const reports = await checkWays([url], settings(), { lookup });
    expect(reports).toMatchObject([{ url, verdict }]);
    expect(exitCodeOf(reports)).toBe(code);
  });

  it('goes through the proxy, names it, and not its password', async () => {
    const target = closing(await startTarget());
    const proxy = closing(await startConnectProxy(() => Number(new URL(target.url).port)));
    const config = settings({ RINGBACK_EGRESS_PROXY: proxy.url.replace('//', '//worker:hunter2@') });
    const ask = () => checkWays(['http://public.example/'], config, { lookup: async () => ['93.184.215.14'] });
    const reports = await ask();
    expect(reports).toMatchObject([
      { verdict: 'allowed', proxy: `127.0.0.1:${proxy.port}`, connect: { address: '93.184.215.14' } },
    ]);
    proxy.refuse('HTTP/1.1 403 Forbidden\r\n\r\n');
    const refused = await ask();
    expect(refused).toMatchObject([{ verdict: 'unreachable', why: expect.stringContaining('(403)') }]);
    expect(JSON.stringify([reports, refused]) + refused.map(reportText).join()).not.toContain('hunter2');
  });

  it('shakes hands with TLS, and says for whom the certificate is', async () => {
    const fixture = (name: string) => readFileSync(new URL(`../../support/tls/${name}.pem`, import.meta.url), 'utf8');
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, fixture('ca')]);
    onTestFinished(() => setDefaultCACertificates(trusted));
    const server = createServer({ cert: fixture('good'), key: fixture('good-key') });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    closing({ close: () => new Promise<void>((resolve) => void server.close(() => resolve())) });
    const config = settings({ RINGBACK_EGRESS_ALLOW: 'good.test,other.test' });
    const reports = await checkWays([`https://good.test:${port}/`, `https://other.test:${port}/`], config, {
      lookup: async () => ['127.0.0.1'],
    });
    expect(reports).toMatchObject([
      { verdict: 'allowed', addresses: [{ why: 'by good.test' }], connect: { ok: true, tls: { version: 'TLSv1.3' } } },
      { verdict: 'unreachable', connect: { ok: false, error: expect.stringContaining('certificate') } },
    ]);
    expect(reports.map(reportText).join()).toMatch(/TLS {7}TLSv1\.3 in \d+\.\d ms, for .+ until \d{4}-/);
  });

  it('is a command, with an exit code and JSON', async () => {
    const args = ['src/cli/ringback.mjs', 'egress', 'check', '--json', 'http://10.1.2.3/', 'http://[::1]/'];
    const failed = (await promisify(execFile)(process.execPath, args).catch((error: unknown) => error)) as {
      code: number;
      stdout: string;
    };
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      urls: [
        { host: '10.1.2.3', verdict: 'refused', why: expect.stringContaining('10.0.0.0/8') },
        { host: '::1', verdict: 'refused' },
      ],
    });
  });
});
