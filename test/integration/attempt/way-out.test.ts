import { expect, it, onTestFinished } from 'vitest';
import type { Job, JobAttempts } from '#src/contract/job/job.ts';
import { startConnectProxy } from '#test/support/connect-proxy.ts';
import { type DnsRecord, startDnsServer } from '#test/support/dns-server.ts';
import { startRingback } from '#test/support/ringback.ts';
import { startTarget } from '#test/support/target-server.ts';

const publicAddress = '93.184.215.14';

it('jobs and callbacks take the DNS servers and the proxy of the settings, whose password is nowhere', async () => {
  const names: Record<string, DnsRecord[]> = {
    'api.example': [{ a: publicAddress }],
    'far.example': [{ a: publicAddress }],
    'inside.example': [{ a: publicAddress }, { a: '10.1.2.3' }],
  };
  const dns = await startDnsServer(({ name }) => names[name] ?? 'nxdomain');
  const target = await startTarget();
  const proxy = await startConnectProxy(() => Number(new URL(target.url).port));
  const ringback = await startRingback({
    env: {
      RINGBACK_DNS_SERVERS: dns.server,
      RINGBACK_EGRESS_PROXY: proxy.url.replace('//', '//worker:hunter2@'),
      RINGBACK_LOG_LEVEL: 'trace',
    },
  });
  onTestFinished(async () => {
    await ringback.close();
    await Promise.all([proxy.close(), target.close(), dns.close()]);
  });
  const run = async (json: object) => {
    const { id } = (await (await ringback.rest('POST', '/v1/jobs', { json })).json()) as Job;
    const job = (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as Job;
    const attempts = async () => (await (await ringback.rest('GET', `/v1/jobs/${id}/attempts`)).json()) as JobAttempts;
    return { job, attempts };
  };

  const well = await run({ url: 'http://api.example/json', callback: 'http://api.example/status/204' });
  expect(well.job.state).toBe('completed');
  await expect.poll(async () => (await well.attempts()).deliveries[0]?.state).toBe('delivered');
  expect((await well.attempts()).attempts[0]?.remoteAddress).toBe(publicAddress);
  expect(new Set(proxy.asked.map(({ line }) => line))).toEqual(new Set([`CONNECT ${publicAddress}:80 HTTP/1.1`]));

  const inside = await run({ url: 'http://inside.example/json', retry: 'none' });
  expect(inside.job).toMatchObject({ state: 'failed', error: { code: 'blocked_target' } });
  expect(JSON.stringify(inside.job)).not.toContain('10.1.2.3');

  const checked = await ringback.call<{ addresses: object[] }>(
    'settings.checkEgress',
    { url: 'http://inside.example/' },
    { query: true },
  );
  expect(checked.body.result.data.addresses).toMatchObject([
    { address: publicAddress, allowed: true },
    { address: '10.1.2.3', allowed: false },
  ]);

  proxy.refuse('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
  const refused = await run({ url: 'http://far.example/', method: 'POST', retry: 'none' });
  expect(refused.job).toMatchObject({ state: 'failed', error: { code: 'network_unreachable' } });
  expect(ringback.logged()).toContain('10.1.2.3');
  expect(ringback.logged() + JSON.stringify([refused.job, await refused.attempts()])).not.toMatch(
    /hunter2|d29ya2VyOmh1bnRlcjI/,
  );
});
