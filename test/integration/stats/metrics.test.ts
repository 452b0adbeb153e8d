import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatId } from '#src/domain/text/id.ts';
import { certificatesOf } from '#src/engine/client-tls.ts';
import { foldStats } from '#src/engine/stats/fold-stats.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { pem } from '#test/support/tls/pem.ts';
import { addProject } from './stats-project.ts';

const token = `metrics-${randomUUID()}`;
let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([
    startRingback({ env: { RINGBACK_METRICS_TOKEN: token } }),
    startTarget(),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const scrape = (authorization?: string, path = '/metrics') =>
  fetch(`${ringback.url}${path}`, { headers: authorization === undefined ? {} : { authorization } });

/** Every series by its name and labels; fails on a line that the format does not allow. */
async function readings(): Promise<Map<string, number>> {
  const response = await scrape(`Bearer ${token}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text.endsWith('\n')).toBe(true);
  const series = new Map<string, number>();
  const described = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (?:HELP|TYPE) ([a-z_]+) ./.exec(line);
    if (comment) {
      described.add(comment[1] ?? '');
      continue;
    }
    const [, key = '', name = '', value = ''] =
      /^(([a-z_]+)(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})?) (\S+)$/.exec(line) ?? [];
    expect(key, line).not.toBe('');
    expect(described.has(name.replace(/_(bucket|sum|count)$/, '')) || described.has(name), line).toBe(true);
    expect(series.has(key), `${key} comes twice`).toBe(false);
    expect(value).not.toBe('');
    expect(Number(value), line).toBeGreaterThanOrEqual(0);
    series.set(key, Number(value));
  }
  return series;
}

async function submit(key: string, job: object): Promise<string> {
  return (await ringback.call<{ id: string }>('jobs.submit', job, { key })).body.result.data.id;
}

it('counts what has happened once, folded or not, for each project', async () => {
  const { id, key } = await addProject(ringback);
  const idle = await addProject(ringback);
  const name = (metric: string, labels = '') => `${metric}{project="${formatId('prj', id)}"${labels && `,${labels}`}}`;
  const jobs = [
    await submit(key, { url: `${target.url}/json`, callback: `${receiver.url}/ok` }),
    await submit(key, { url: `${target.url}/status/500`, retry: 'none' }),
    await submit(key, { url: `${target.url}/slow/80` }),
    await submit(key, { url: `${target.url}/json`, delaySeconds: 3_600 }),
  ];
  await ringback.call(
    'jobs.cancel',
    { id: await submit(key, { url: `${target.url}/json`, delaySeconds: 60 }) },
    { key },
  );
  for (const job of jobs.slice(0, 3)) await ringback.rest('GET', `/v1/jobs/${job}?wait=20`, { key });
  const expected: [string, number][] = [
    [name('ringback_jobs_submitted_total'), 5],
    [name('ringback_jobs_ended_total', 'state="completed"'), 2],
    [name('ringback_jobs_ended_total', 'state="failed"'), 1],
    [name('ringback_jobs_ended_total', 'state="cancelled"'), 1],
    [name('ringback_job_duration_seconds_bucket', 'le="+Inf"'), 3],
    [name('ringback_job_duration_seconds_count'), 3],
    [name('ringback_deliveries_ended_total', 'state="delivered"'), 1],
    [name('ringback_delivery_try_duration_seconds_count'), 1],
    [name('ringback_jobs', 'state="scheduled"'), 1],
    [name('ringback_jobs', 'state="queued"'), 0],
    [name('ringback_deliveries_waiting'), 0],
    [`ringback_jobs_submitted_total{project="${formatId('prj', idle.id)}"}`, 0],
    [`ringback_jobs_ended_total{project="${formatId('prj', idle.id)}",state="failed"}`, 0],
    ['ringback_workers{state="alive"}', 1],
  ];
  const now = async () => {
    const all = await readings();
    return expected.map(([series]) => [series, all.get(series)]);
  };
  await expect.poll(now).toEqual(expected);
  await foldStats(ringback, { measure: true });
  expect(await now()).toEqual(expected);
  // The steps of the charts are deleted in time; what is added up for ever must not go with them.
  await ringback.db.pool.query(`delete from stat_bucket where step <> 0`);
  expect(await now()).toEqual(expected);
  const all = await readings();
  const slow = [...all].filter(([series]) =>
    series.startsWith(name('ringback_job_duration_seconds_bucket').slice(0, -1)),
  );
  expect(slow.map(([, count]) => count)).toEqual([...slow.map(([, count]) => count)].sort((a, b) => a - b));
  expect(all.get(name('ringback_job_duration_seconds_bucket', 'le="0.063"'))).toBeLessThan(3);
  expect(all.get(name('ringback_job_duration_seconds_sum'))).toBeGreaterThan(0.07);
});

it('says how endpoints are, and what projects are called', async () => {
  const { id, key } = await addProject(ringback);
  const make = async (endpoint: string) =>
    (
      await ringback.call<{ id: string }>(
        'endpoints.create',
        { name: endpoint, url: `${receiver.url}/${endpoint}` },
        { key },
      )
    ).body.result.data.id;
  await make('one');
  const tls = { certificate: pem('client'), key: pem('client-key') };
  const secure = { name: 'bank', url: 'https://bank.example.com/', tls };
  expect((await ringback.call('endpoints.create', secure, { key })).body.error).toBeUndefined();
  await ringback.call('endpoints.disable', { id: await make('two') }, { key });
  const all = await readings();
  const of = (state: string) => all.get(`ringback_endpoints{project="${formatId('prj', id)}",state="${state}"}`);
  expect([of('healthy'), of('failing'), of('disabled')]).toEqual([2, 0, 1]);
  expect(all.get(`ringback_project_info{project="${formatId('prj', id)}",name="statistics"}`)).toBe(1);
  const end = (whose: string) =>
    all.get(`ringback_first_certificate_end_timestamp_seconds{project="${formatId('prj', id)}",of="${whose}"}`);
  expect([end('endpoint'), end('upstream')]).toEqual([
    Date.parse(certificatesOf(pem('client'))[0]?.expiresAt ?? '') / 1_000,
    undefined,
  ]);
});

it('is for whoever has the token, and for nobody else', async () => {
  for (const authorization of [
    undefined,
    'Bearer ',
    `Bearer ${token}x`,
    `Basic ${token}`,
    `Bearer ${ringback.credentials.apiKey}`,
  ]) {
    const response = await scrape(authorization);
    expect(response.status, authorization).toBe(401);
    expect(await response.text()).not.toContain('ringback_');
  }
  const posted = await fetch(`${ringback.url}/metrics`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(posted.status).toBe(405);
});

it('is not there until it is given a token', async () => {
  const without = await startRingback({ worker: false });
  try {
    const response = await fetch(`${without.url}/metrics`, { headers: { authorization: 'Bearer undefined' } });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('RINGBACK_METRICS_TOKEN');
  } finally {
    await without.close();
  }
});
