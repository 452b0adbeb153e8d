import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let port: string;
beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ env: { RINGBACK_TRUSTED_PROXIES: '1' } }), startTarget()]);
  port = new URL(ringback.url).port;
});
afterAll(async () => {
  await ringback.close();
  await target.close();
});

const submit = async (input: object) => (await ringback.call<SubmittedJob>('jobs.submit', input)).body;
async function run(input: object): Promise<Job> {
  const { result } = await submit(input);
  return (await (await ringback.rest('GET', `/v1/jobs/${result.data.id}?wait=20`)).json()) as Job;
}

const paths = [
  '/',
  '/api/auth/sign-in/email',
  '/api/trpc/jobs.list',
  '/api/join',
  '/v1/jobs',
  '/metrics',
  '/mcp',
  '/sign-in',
];
const twisted = [
  '/playground/../v1/jobs',
  '/playground/%2e%2e/v1/jobs',
  '//playground/target',
  '/playground/inbox/%2e%2e%2fx',
];

it('a job, a callback or an endpoint may not point at Ringback itself, under whatever name', async () => {
  const hosts = ['localhost', '127.0.0.1', '127.0.0.2', '[::1]', '0.0.0.0', 'x.localhost', '2130706433', 'LOCALHOST.'];
  const urls = [
    ...paths.map((path) => `${ringback.url}${path}`),
    ...twisted.map((path) => `${ringback.url}${path}`),
    ...hosts.map((host) => `http://${host}:${port}/v1/jobs`),
  ];
  for (const url of urls) {
    expect([url, (await submit({ url })).error?.data]).toEqual([
      url,
      expect.objectContaining({ code: 'blocked_target', field: 'url' }),
    ]);
    const callback = (await submit({ url: `${target.url}/json`, callback: url })).error?.data;
    expect([url, callback]).toEqual([url, expect.objectContaining({ code: 'blocked_target', field: 'callback.url' })]);
    const endpoint = await ringback.call('endpoints.create', { name: 'own', url });
    expect([url, endpoint.body.error?.data]).toEqual([url, expect.objectContaining({ code: 'blocked_target' })]);
  }
});

it('a redirect does not lead there either', async () => {
  for (const path of ['/v1/jobs', '/api/auth/sign-in/email']) {
    const job = await run({
      url: `${target.url}/redirect/to?status=307&url=${encodeURIComponent(ringback.url + path)}`,
      method: 'POST',
      json: { email: 'admin@example.com', password: 'guess' },
    });
    expect(job.error).toMatchObject({ code: 'blocked_target' });
    expect(job.error?.message).toContain('Ringback itself');
  }
});

it('the playground can be reached, and an endpoint of a listener registers', async () => {
  const job = await run({
    url: `${ringback.url}/playground/target?plan=200`,
    callback: `${ringback.url}/playground/inbox/own`,
  });
  expect(job).toMatchObject({ state: 'completed', result: { status: 200 } });
  const endpoint = await ringback.call<Endpoint>('endpoints.create', {
    name: 'inbox',
    url: `http://127.0.0.1:${port}/playground/inbox/own-2`,
  });
  expect(endpoint.body.error).toBeUndefined();
});

it('a job does not read an inbox in development, whatever address it claims to come from', async () => {
  await expect
    .poll(async () => JSON.stringify(await (await ringback.rest('GET', '/playground/inbox/own')).json()), {
      timeout: 10_000,
    })
    .toContain('job.completed');
  for (const headers of [{}, { 'x-forwarded-for': '127.0.0.1', host2: 'localhost' }, { 'x-ringback-worker': '' }]) {
    const job = await run({ url: `http://localhost:${port}/playground/inbox/own`, headers, accept: 'any' });
    expect(job.result).toMatchObject({ status: 401 });
    expect(job.result?.body).not.toContain('job.completed');
  }
  const open = await fetch(`http://localhost:${port}/playground/inbox/own`);
  expect(open.status).toBe(200);
});

it('a request of a worker that comes in by another way is refused everywhere but at the playground', async () => {
  const headers = { 'x-ringback-worker': '1', 'x-forwarded-for': '203.0.113.7' };
  for (const path of paths) {
    const response = await ringback.rest('POST', path, { headers, json: {} });
    expect([path, response.status]).toEqual([path, 400]);
    expect(await response.json()).toMatchObject({ code: 'blocked_target' });
  }
  expect((await ringback.rest('GET', '/playground/target', { headers })).status).toBe(200);
});
