import { describe, expect, it } from 'vitest';
import { makeLookup } from '#src/outbound/resolve.ts';
import { type DnsAnswer, type DnsServer, type Question, startDnsServer } from '#test/support/dns-server.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { startRaw } from './raw-server.ts';
import { allowing, as, closing, type SendWith, sender } from './sending.ts';

type World = { dns: DnsServer; target: Target; port: string; send: SendWith };

/** A target on 127.0.0.1, which stands for the internet here, and names that a DNS server of the test knows. */
async function world(answer: (question: Question) => DnsAnswer, rules: string[] = ['127.0.0.1']): Promise<World> {
  const dns = closing(await startDnsServer(answer));
  const target = closing(await startTarget());
  const send = sender({ egress: allowing(...rules), lookup: makeLookup([dns.server]) });
  return { dns, target, port: new URL(target.url).port, send };
}

const blocked: [string, DnsAnswer][] = [
  ['a private address', [{ a: '10.1.2.3' }]],
  ['a public address and then a private one', [{ a: '127.0.0.1' }, { a: '10.1.2.3' }]],
  ['a private address and then a public one', [{ a: '10.1.2.3' }, { a: '127.0.0.1' }]],
  ['a public A and a private AAAA', [{ a: '127.0.0.1' }, { aaaa: 'fd00::1' }]],
  ['a public AAAA and a private A', [{ aaaa: '2606:4700::1111' }, { a: '192.168.0.1' }]],
  ['a public A and an AAAA that carries a private address', [{ a: '127.0.0.1' }, { aaaa: '64:ff9b::a01:203' }]],
  [
    'thirty public addresses and a metadata service',
    [...Array.from({ length: 30 }, () => ({ a: '127.0.0.1' })), { a: '169.254.169.254' }],
  ],
  [
    'a chain of names to a private address',
    [{ cname: 'a.example' }, { name: 'a.example', cname: 'b.example' }, { name: 'b.example', a: '10.1.2.3' }],
  ],
  [
    'a chain of names to a metadata service',
    [{ cname: 'metadata.google.internal' }, { name: 'metadata.google.internal', a: '169.254.169.254' }],
  ],
];

describe('a name that its DNS server gives', () => {
  it.each(blocked)('%s is blocked, and nothing is dialled', async (_, answer) => {
    const { target, port, send } = await world(() => answer);
    const outcome = as('blocked', await send(`http://api.example:${port}/json`));
    expect(outcome.message).not.toMatch(/10\.1\.2\.3|169\.254|192\.168|fd00|64:ff9b/);
    expect(target.connections().accepted).toBe(0);
  });

  it('a chain of names to an allowed address is reached', async () => {
    const { port, send } = await world(() => [
      { cname: 'edge.example', ttl: 300 },
      { name: 'edge.example', a: '127.0.0.1' },
    ]);
    expect(as('response', await send(`http://api.example:${port}/json`)).remoteAddress).toBe('127.0.0.1');
  });

  it('an address of one family and a failure of the other is reached', async () => {
    const { port, send } = await world(({ type }) => (type === 'A' ? [{ a: '127.0.0.1' }] : 'servfail'));
    expect(as('response', await send(`http://api.example:${port}/json`)).status).toBe(200);
  });
});

describe('a name whose answer changes, with a time to live of 0,', () => {
  it('is asked for once for a connection: what comes between check and connect is not dialled', async () => {
    let asked = 0;
    // Each further question would lead inside.
    const { dns, target, port, send } = await world(({ type }) => {
      if (type !== 'A') return [];
      asked += 1;
      return [{ a: asked === 1 ? '127.0.0.1' : '10.1.2.3' }];
    });
    const outcome = as('response', await send(`http://rebind.example:${port}/json`));
    expect(outcome.remoteAddress).toBe('127.0.0.1');
    expect(dns.questions.map(({ type }) => type).sort()).toEqual(['A', 'AAAA']);
    expect(target.connections().accepted).toBe(1);
  });

  it('is blocked some seconds after it leads inside, and reached again when it does not', async () => {
    let address = '127.0.0.1';
    const { send } = await world(({ type }) => (type === 'A' ? [{ a: address }] : []));
    // A connection that is kept stays where it was checked, so each request has its own.
    const server = closing(await startRaw((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')));
    const ask = async () => (await send(`http://rebind.example:${server.port}/`)).kind;
    expect(await ask()).toBe('response');
    address = '10.1.2.3';
    await expect.poll(ask, { timeout: 20_000, interval: 250 }).toBe('blocked');
    const accepted = server.accepted();
    expect(await ask()).toBe('blocked');
    expect(server.accepted()).toBe(accepted);
    address = '127.0.0.1';
    await expect.poll(ask, { timeout: 20_000, interval: 250 }).toBe('response');
  });
});

describe('a DNS server that', () => {
  it('never answers ends one attempt, and keeps no other waiting', async () => {
    const { port, send } = await world(({ name }) => (name.startsWith('hangs') ? null : [{ a: '127.0.0.1' }]));
    const hanging = send(`http://hangs.example:${port}/json`, { timeoutMs: 1_000 });
    expect(as('response', await send(`http://well.example:${port}/json`)).status).toBe(200);
    expect(as('timeout', await hanging)).toMatchObject({ phase: 'connect', requestSent: false });
  });

  it('knows no such name gives a DNS error, with nothing sent', async () => {
    const { send } = await world(() => 'nxdomain', ['gone.invalid']);
    const outcome = as('connection_error', await send('http://gone.invalid/', { timeoutMs: 20_000 }));
    expect(outcome).toMatchObject({ code: 'dns_error', requestSent: false });
  });
});
