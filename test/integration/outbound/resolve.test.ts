import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { makeLookup } from '#src/outbound/resolve.ts';
import { startDnsServer } from '#test/support/dns-server.ts';
import { startTarget } from '#test/support/target-server.ts';
import { allowing, as, closing, sender } from './sending.ts';

describe('looking up names', () => {
  it('asks for both families, once for everyone who wants to know, and keeps the answer a moment', async () => {
    const dns = closing(await startDnsServer(() => [{ a: '127.0.0.1' }, { a: '127.0.0.2' }]));
    const lookup = makeLookup([dns.server]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => lookup('api.example')));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ['127.0.0.1', '127.0.0.2']));
    await lookup('api.example');
    expect(dns.questions.map(({ type }) => type).sort()).toEqual(['A', 'AAAA']);
  });

  it('finds localhost without DNS', async () => {
    const dns = closing(await startDnsServer(() => null));
    expect(await makeLookup([dns.server])('localhost')).toContain('127.0.0.1');
    expect(dns.questions).toEqual([]);
  });

  it('is not held up by 200 names that hang', async () => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const dns = closing(await startDnsServer(({ name }) => (name.startsWith('hangs') ? null : [{ a: '127.0.0.1' }])));
    const send = sender({ egress: allowing('127.0.0.1', 'localhost'), lookup: makeLookup([dns.server]) });
    // In two lots: more at once than the server's socket buffer holds would be lost, and not only theirs.
    const hanging: Promise<Outcome>[] = [];
    // The resolver asks again after two seconds, which a busy machine may see.
    const asked = () => new Set(dns.questions.map(({ name, type }) => `${name} ${type}`)).size;
    for (const lot of [1, 2]) {
      const names = Array.from({ length: 100 }, (_, n) => `hangs-${lot}-${n}.example`);
      hanging.push(...names.map((name) => send(`http://${name}/`, { timeoutMs: 3_000 })));
      await expect.poll(asked, { interval: 10, timeout: 4_000 }).toBe(lot * 200);
    }
    let ended = 0;
    for (const one of hanging) void one.then(() => (ended += 1));
    for (let n = 0; n < 20; n += 1) as('response', await send(`http://api-${n}.example:${port}/json`));
    as('response', await send(`http://localhost:${port}/json`));
    expect(ended).toBe(0);
    const outcomes = await Promise.all(hanging);
    // The resolver gives up soon after, which a busy machine may see first.
    for (const outcome of outcomes)
      expect(outcome).toMatchObject(outcome.kind === 'timeout' ? { phase: 'connect' } : { code: 'dns_error' });
  });
});
