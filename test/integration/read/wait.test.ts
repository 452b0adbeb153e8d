import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '#src/client/call/connection.ts';
import { createTrpc } from '#src/client/call/trpc-client.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let gated: GatedTarget;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
beforeEach(async () => {
  gated = await startGatedTarget();
});
afterEach(() => gated.close());
afterAll(async () => {
  await ringback.close();
  await target.close();
});

const trpc = () => createTrpc(connect({ url: ringback.url, apiKey: ringback.credentials.apiKey }));

async function submit(input: object): Promise<SubmittedJob> {
  return (await ringback.call<SubmittedJob>('jobs.submit', input)).body.result.data;
}

type Followed = { seen: Job[]; ended: Promise<void>; stop(): void };

/** Follows a job by the client's subscription. */
function follow(id: string): Followed {
  const seen: Job[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const subscription = trpc().jobs.wait.subscribe(
    { id },
    { onData: (job) => seen.push(job), onComplete: resolve, onError: reject },
  );
  onTestFinished(() => subscription.unsubscribe());
  return { seen, ended, stop: () => subscription.unsubscribe() };
}

/** When the watcher last looked where jobs stand. */
async function lastLook(): Promise<number> {
  const { rows } = await ringback.db.pool.query<{ at: Date | null }>(
    `select max(query_start) as at from pg_stat_activity
     where datname = current_database() and query like 'select j.id, case %, j.attempt_count from job j where%'`,
  );
  return rows[0]?.at?.getTime() ?? 0;
}

describe('jobs.wait', () => {
  it('tells the job now and at each change, and ends with its end', async () => {
    const job = await submit({
      url: `${target.url}/plan?key=wait&statuses=503,503,200`,
      retry: { '503': { strategy: 'backoff', minTimeoutInMs: 1_500, maxTimeoutInMs: 1_500, randomize: false } },
      delaySeconds: 2,
    });
    const { seen, ended } = follow(job.id);
    await ended;
    expect(seen[0]).toMatchObject({ state: 'scheduled', attempts: 0 });
    expect(seen.at(-1)).toMatchObject({ state: 'completed', attempts: 3, result: { status: 200 } });
    const steps = seen.map((one) => `${one.state} ${one.attempts}`);
    expect(new Set(steps).size, 'nothing is told twice').toBe(steps.length);
    expect(steps).toEqual(expect.arrayContaining(['retrying 1', 'retrying 2']));
    expect(seen.filter((one) => ['completed', 'failed', 'cancelled'].includes(one.state))).toHaveLength(1);
  });

  it('tells once that the time of a job has come, also while nobody claims it', async () => {
    await ringback.stopWorker();
    onTestFinished(() => ringback.startWorker());
    const { id } = await submit({ url: `${target.url}/json`, delaySeconds: 3 });
    const { seen, ended } = follow(id);
    await expect.poll(() => seen.map((one) => one.state), { timeout: 10_000 }).toEqual(['scheduled', 'queued']);
    // Several looks later it has been told no more often.
    const first = await lastLook();
    await expect.poll(lastLook, { timeout: 10_000 }).toBeGreaterThan(first + 500);
    expect(seen).toHaveLength(2);
    await ringback.startWorker();
    await ended;
    expect(seen.at(-1)?.state).toBe('completed');
  });

  it('tells a job that has ended once, and ends', async () => {
    const job = await submit({ url: `${target.url}/json` });
    await ringback.rest('GET', `/v1/jobs/${job.id}?wait=20`);
    const { seen, ended } = follow(job.id);
    await ended;
    expect(seen.map((one) => one.state)).toEqual(['completed']);
  });

  it('refuses a job that does not exist, and does not try it again for ever', async () => {
    const { ended } = follow('job_01jzzzzzzzzzzzzzzzzzzzzzzz');
    await expect(ended).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  it('refuses who has no key within the stream, and ends it', async () => {
    const input = encodeURIComponent(JSON.stringify({ id: 'job_01jzzzzzzzzzzzzzzzzzzzzzzz' }));
    const signal = AbortSignal.timeout(5_000);
    const response = await fetch(`${ringback.url}/api/trpc/jobs.wait?input=${input}`, { signal });
    expect(await response.text()).toContain('unauthorized');
  });

  it('learns of an end as soon as it is there, not when it next looks', async () => {
    const { id } = await submit({ url: `${gated.url}/prompt` });
    const { seen, ended } = follow(id);
    await expect.poll(() => seen.at(-1)?.state).toBe('in_progress');
    const from = performance.now();
    gated.open();
    await ended;
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  it('serves 200 at a time who wait for one job, and everybody else meanwhile', async () => {
    const { id } = await submit({ url: `${gated.url}/crowd` });
    const crowd = Array.from({ length: 200 }, () => follow(id));
    await expect.poll(() => crowd.every(({ seen }) => seen.length > 0), { timeout: 20_000 }).toBe(true);
    const from = performance.now();
    expect((await ringback.rest('GET', `/v1/jobs/${id}`)).status).toBe(200);
    expect(performance.now() - from).toBeLessThan(10_000);
    const busy = await ringback.db.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and state = 'active'
         and query like 'select j.id, case %, j.attempt_count from job j where%'`,
    );
    expect(busy.rowCount).toBeLessThanOrEqual(1);
    gated.open();
    await Promise.all(crowd.map(({ ended }) => ended));
    for (const { seen } of crowd) expect(seen.at(-1)?.state).toBe('completed');
  });

  it('costs nothing more once all who waited have gone', async () => {
    const { id } = await submit({ url: `${gated.url}/gone` });
    const waiting = [follow(id), follow(id)];
    await expect.poll(() => waiting.every(({ seen }) => seen.length > 0)).toBe(true);
    const first = await lastLook();
    await expect.poll(lastLook).toBeGreaterThan(first);
    for (const one of waiting) one.stop();
    let before = -1;
    await expect
      .poll(
        async () => {
          const [old, now] = [before, await lastLook()];
          before = now;
          return now === old;
        },
        { interval: 400, timeout: 10_000 },
      )
      .toBe(true);
    await ringback.call('jobs.cancel', { id });
  });
});

describe('?wait=N', () => {
  it('answers as soon as the job has ended', async () => {
    const { id } = await submit({ url: `${gated.url}/held` });
    const answer = ringback.rest('GET', `/v1/jobs/${id}?wait=30`);
    await expect.poll(() => gated.total()).toBe(1);
    const from = performance.now();
    gated.open();
    expect(await (await answer).json()).toMatchObject({ id, state: 'completed' });
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  it('answers the job as it is when the time is over, with when to come again', async () => {
    const { id } = await submit({ url: `${gated.url}/over` });
    await expect.poll(() => gated.total()).toBe(1);
    const from = performance.now();
    const answer = await ringback.rest('GET', `/v1/jobs/${id}?wait=1`);
    expect(performance.now() - from).toBeGreaterThanOrEqual(990);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(((await answer.json()) as Job).state).toBe('in_progress');
    await ringback.call('jobs.cancel', { id });
  });

  it('takes whole seconds up to 60 and nothing else', async () => {
    const { id } = await submit({ url: `${target.url}/json` });
    await ringback.rest('GET', `/v1/jobs/${id}?wait=20`);
    for (const wait of ['61', '-1', '1.5', 'x', '', '1e1', '0x10', '100'])
      expect([wait, (await ringback.rest('GET', `/v1/jobs/${id}?wait=${wait}`)).status]).toEqual([wait, 400]);
    for (const wait of ['0', '1', '60'])
      expect((await ringback.rest('GET', `/v1/jobs/${id}?wait=${wait}`)).status).toBe(200);
  });

  it('holds the result too', async () => {
    const { id } = await submit({ url: `${gated.url}/raw` });
    const answer = ringback.rest('GET', `/v1/jobs/${id}/result?wait=30`);
    await expect.poll(() => gated.total()).toBe(1);
    gated.open();
    expect([(await answer).status, await (await answer).json()]).toEqual([200, { hit: 1 }]);
  });
});

describe('Prefer: wait=N at the submission', () => {
  it('answers 200 with the ended job', async () => {
    const response = await ringback.rest('POST', '/v1/jobs', {
      json: { url: `${target.url}/json` },
      headers: { prefer: 'wait=20' },
    });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([200, 'wait=20']);
    const job = (await response.json()) as SubmittedJob;
    expect(job).toMatchObject({ state: 'completed', replayed: false, result: { status: 200 } });
    expect(response.headers.get('location')).toBe(`${ringback.url}/v1/jobs/${job.id}`);
  });

  it('answers 202 when the time is over first, and the job goes on', async () => {
    const response = await ringback.rest('POST', '/v1/jobs', {
      json: { url: `${gated.url}/slow` },
      headers: { prefer: 'respond-async, wait=1' },
    });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([202, 'wait=1']);
    const { id } = (await response.json()) as SubmittedJob;
    gated.open();
    expect(await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()).toMatchObject({ state: 'completed' });
  });

  it('is a wish: what cannot be read is ignored, what is too long is cut to a minute', async () => {
    for (const prefer of ['wait=soon', 'wait', 'waits=5', 'return=minimal']) {
      const response = await ringback.rest('POST', '/v1/jobs', {
        json: { url: `${gated.url}/wish` },
        headers: { prefer },
      });
      expect([prefer, response.status, response.headers.get('preference-applied')]).toEqual([prefer, 202, null]);
    }
    const long = await ringback.rest('POST', '/v1/jobs', {
      json: { url: `${target.url}/json` },
      headers: { prefer: 'wait=86400' },
    });
    expect([long.status, long.headers.get('preference-applied')]).toEqual([200, 'wait=60']);
    gated.open();
  });

  it('of a caller who goes away ends the waiting, and the job goes on', async () => {
    const leaving = new AbortController();
    const label = `left-${Date.now()}`;
    const answer = ringback.rest('POST', '/v1/jobs', {
      json: { url: `${gated.url}/left`, labels: [label] },
      headers: { prefer: 'wait=60' },
      signal: leaving.signal,
    });
    answer.catch(() => undefined);
    await expect.poll(() => gated.hits.get('/left')).toBe(1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    gated.open();
    await expect
      .poll(async () => (await (await ringback.rest('GET', `/v1/jobs?label=${label}`)).json()).jobs[0]?.state)
      .toBe('completed');
  });
});
