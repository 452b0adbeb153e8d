import { describe, expect, it, vi } from 'vitest';
import { startTarget } from '#test/support/target-server.ts';
import { allowing, as, closing, sender } from './sending.ts';

const publicAddress = '93.184.215.14';

describe('with no exceptions, the guard', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '%31%32%37.0.0.1',
    '①②⑦.⓪.⓪.①',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '0',
    'localhost',
    'localhost.',
    'foo.localhost',
  ])('blocks this host, written %s, without a connection', async (host) => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const outcome = as('blocked', await sender({ egress: allowing() })(`http://${host}:${port}/json`));
    expect(outcome.message).toContain('RINGBACK_EGRESS_ALLOW=');
    expect(target.connections().accepted).toBe(0);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'http://10.0.0.1/',
    'http://192.168.257/',
    'http://[fe80::1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:7f00:1::]/',
  ])('blocks %s at once', async (url) => {
    const started = performance.now();
    expect((await sender({ egress: allowing() })(url)).kind).toBe('blocked');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it.each([
    ['loopback alone', ['127.0.0.1']],
    ['a public address, then loopback', [publicAddress, '127.0.0.1']],
    ['loopback, then a public address', ['127.0.0.1', publicAddress]],
    ['a public address, then IPv6 loopback', [publicAddress, '::1']],
    ['IPv6 loopback, then a public address', ['::1', publicAddress]],
    ['a mapped loopback address', ['::ffff:127.0.0.1']],
    ['an address with a zone', ['fe80::1%eth0']],
    ['a metadata address', ['169.254.169.254']],
    ['64 public addresses and a private one', [...Array.from({ length: 64 }, (_, n) => `93.184.215.${n}`), '10.0.0.1']],
  ])('blocks a name that resolves to %s, without a connection', async (_, answers) => {
    const target = closing(await startTarget());
    const send = sender({ egress: allowing(), lookup: async () => answers });
    const outcome = as('blocked', await send(`http://innocent.example:${new URL(target.url).port}/json`));
    expect(outcome.message).toContain('innocent.example');
    // What a name leads to in here is for the operator's log alone.
    const refused = answers.find((address) => address !== publicAddress && !address.startsWith('93.')) ?? '';
    expect(outcome.message).not.toContain(refused);
    expect(outcome.detail).toContain(refused);
    expect(target.connections().accepted).toBe(0);
  });
});

describe('a name that changes its address between two lookups', () => {
  it('is resolved once per connection, and its second answer is not dialled', async () => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const answers = [['::1'], ['127.0.0.1'], ['127.0.0.1']];
    let asked = 0;
    const lookup = async () => answers[asked++] ?? [];
    // Nothing listens on ::1, which is allowed; 127.0.0.1, where the target is, is not.
    const send = sender({ egress: allowing('::1'), lookup });
    const outcome = as('connection_error', await send(`http://rebind.example:${port}/json`));
    expect(outcome.requestSent).toBe(false);
    expect(asked).toBe(1);
    expect((await send(`http://rebind.example:${port}/json`)).kind).toBe('blocked');
    expect(asked).toBe(2);
    expect(target.connections().accepted).toBe(0);
  });
});

describe('an exception', () => {
  it.each([
    ['an address', '127.0.0.1'],
    ['a range', '127.0.0.0/8'],
    ['a host name', 'inside.example'],
    ['names below a domain', '*.example'],
  ])('for %s lets a name through that resolves there, and keeps its Host header', async (_, rule) => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const send = sender({ egress: allowing(rule), lookup: async () => ['127.0.0.1'] });
    const outcome = as('response', await send(`http://inside.example:${port}/json`));
    expect(outcome).toMatchObject({ status: 200, remoteAddress: '127.0.0.1' });
    expect(outcome.timings.dnsMs).not.toBeNull();
    expect(target.requests[0]?.headers.host).toBe(`inside.example:${port}`);
  });

  it('for a port opens that port only', async () => {
    const [allowed, other] = [closing(await startTarget()), closing(await startTarget())];
    const send = sender({ egress: allowing(`127.0.0.1:${new URL(allowed.url).port}`) });
    expect((await send(`${allowed.url}/json`)).kind).toBe('response');
    expect((await send(`${other.url}/json`)).kind).toBe('blocked');
    expect(other.connections().accepted).toBe(0);
  });

  it('for one host name opens no other name and no bare address', async () => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const send = sender({ egress: allowing('inside.example'), lookup: async () => ['127.0.0.1'] });
    expect((await send(`http://outside.example:${port}/json`)).kind).toBe('blocked');
    expect((await send(`${target.url}/json`)).kind).toBe('blocked');
    expect(target.connections().accepted).toBe(0);
  });

  it('for a host name does not open the metadata address behind it', async () => {
    const send = sender({ egress: allowing('inside.example'), lookup: async () => ['169.254.169.254'] });
    expect((await send('http://inside.example/latest/meta-data')).kind).toBe('blocked');
  });

  it('for our own origin is that origin exactly', async () => {
    const [own, other] = [closing(await startTarget()), closing(await startTarget())];
    const send = sender({ egress: { allow: [], ownOrigins: [own.url] } });
    expect((await send(`${own.url}/playground/target`)).kind).toBe('response');
    expect((await send(`${own.url}/json`)).kind).toBe('blocked');
    expect((await send(`${other.url}/playground/target`)).kind).toBe('blocked');
  });

  it('lets the real localhost through, by the hosts file', async () => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const outcome = as('response', await sender({ egress: allowing('localhost') })(`http://localhost:${port}/json`));
    expect(outcome.status).toBe(200);
  });
});

describe('proxy variables', () => {
  it('do not lead a request anywhere else', async () => {
    const [target, proxy] = [closing(await startTarget()), closing(await startTarget())];
    const proxied = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NODE_USE_ENV_PROXY: '1' };
    for (const [name, value] of Object.entries(proxied)) vi.stubEnv(name, value);
    as('response', await sender()(`${target.url}/json`));
    expect(proxy.connections().accepted).toBe(0);
  });
});
