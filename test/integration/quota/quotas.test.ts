import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { QuotasChange, QuotasView } from '#src/contract/project/quotas.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { parseId } from '#src/domain/text/id.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let projectId = '';
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  projectId = parseId('prj', ringback.credentials.projectId) ?? '';
});
afterAll(() => ringback.close());

const none = { openJobs: null, jobsPerHour: null, jobsPerDay: null, storedBytes: null };
const url = 'http://127.0.0.1:59999/never';

/** Sets the quotas, and leaves no job, no key and no count of before. */
async function begin(change: QuotasChange): Promise<void> {
  await ringback.db.pool.query('truncate job, idempotency_key, stat_delta, stat_bucket, quota_use');
  await set({ ...none, ...change });
}

async function set(change: QuotasChange): Promise<QuotasView> {
  const { body } = await ringback.call<QuotasView>('settings.setQuotas', change);
  return body.result.data;
}

async function stand(): Promise<Record<string, number | null>> {
  const { body } = await ringback.call<QuotasView>('settings.quotas', undefined, { query: true });
  return Object.fromEntries(body.result.data.quotas.map(({ name, used }) => [name, used]));
}

const submit = (input: object = {}, headers: Record<string, string> = {}) =>
  ringback.rest('POST', '/v1/jobs', { json: { url, ...input }, headers });
const jobCount = async () => (await ringback.db.pool.query('select 1 from job')).rowCount;
const secondsOf = (response: Response) => Number(response.headers.get('retry-after'));

/** Tests count jobs of an hour, and of a day. None runs across their ends. */
async function awayFromFullHour(): Promise<void> {
  const leftMs = 3_600_000 - (Date.now() % 3_600_000);
  if (leftMs < 10_000) await pause(leftMs);
}

beforeEach(async () => {
  await awayFromFullHour();
  await begin({});
});

describe('a project without quotas', () => {
  it('has no limits, and shows what it does', async () => {
    expect((await submit()).status).toBe(202);
    expect(await stand()).toEqual({ openJobs: 1, jobsPerHour: 1, jobsPerDay: 1, storedBytes: null });
  });

  it('counts nothing', async () => {
    await submit();
    expect((await ringback.db.pool.query('select 1 from quota_use')).rowCount).toBe(0);
  });
});

describe('a quota of jobs', () => {
  it('refuses the next job at both doors, says which quota it is and when there is room', async () => {
    await set({ jobsPerDay: 2 });
    for (const _ of [1, 2]) expect((await submit()).status).toBe(202);
    const rest = await submit();
    expect(rest.status).toBe(429);
    const midnightMs = new Date().setUTCHours(24, 0, 0, 0);
    const problem = (await rest.json()) as { code: string; detail: string };
    expect(problem.code).toBe('quota_exceeded');
    expect(problem.detail).toMatch(
      /^the project may submit 2 jobs a day, and 2 were accepted since .* 00:00 UTC; there is room again at .* 00:00 UTC$/,
    );
    const untilMidnight = (midnightMs - Date.now()) / 1_000;
    expect(Math.abs(secondsOf(rest) - untilMidnight)).toBeLessThan(30);
    const trpc = await fetch(`${ringback.url}/api/trpc/jobs.submit`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url }),
    });
    expect(trpc.status).toBe(429);
    expect(await trpc.json()).toMatchObject({ error: { data: { code: 'quota_exceeded', httpStatus: 429 } } });
    expect(Math.abs(secondsOf(trpc) - untilMidnight)).toBeLessThan(30);
    expect(await jobCount()).toBe(2);
  });

  it('lets in what fits of a batch, and refuses the others one by one', async () => {
    await set({ jobsPerHour: 3 });
    const jobs = Array.from({ length: 5 }, () => ({ url }));
    const { status, body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
    expect(status).toBe(200);
    const { results } = body.result.data;
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, false, false]);
    expect(results[4]).toMatchObject({ ok: false, error: { code: 'quota_exceeded', field: 'jobs.4' } });
    expect(await jobCount()).toBe(3);
  });

  it('answers a repetition of a job that exists as ever, and keeps no key of what it refuses', async () => {
    await set({ jobsPerHour: 1 });
    const first = (await (await submit({ idempotencyKey: 'a' })).json()) as SubmittedJob;
    const again = await submit({ idempotencyKey: 'a' });
    expect(await again.json()).toMatchObject({ id: first.id, replayed: true });
    expect((await submit({ idempotencyKey: 'b' })).status).toBe(429);
    await set({ jobsPerHour: 2 });
    const later = (await (await submit({ idempotencyKey: 'b' })).json()) as SubmittedJob;
    expect(later).toMatchObject({ replayed: false });
  });

  it('refuses all jobs of a batch that have the key of a refused one', async () => {
    await set({ jobsPerHour: 1 });
    const jobs = ['a', 'b', 'b', 'a'].map((idempotencyKey) => ({ url, idempotencyKey }));
    const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
    expect(body.result.data.results.map((one) => (one.ok ? one.job.replayed : one.error.code))).toEqual([
      false,
      'quota_exceeded',
      'quota_exceeded',
      true,
    ]);
  });

  it('begins anew with the hour, and is not taken back by a clock that is behind', async () => {
    await set({ jobsPerHour: 1, jobsPerDay: 10 });
    expect((await submit()).status).toBe(202);
    expect((await submit()).status).toBe(429);
    await ringback.db.pool.query(`update quota_use set hour_at = hour_at - interval '1 hour'`);
    expect((await submit()).status).toBe(202);
    await ringback.db.pool.query(`update quota_use set hour_at = hour_at + interval '1 hour'`);
    expect((await submit()).status).toBe(429);
    expect(await stand()).toMatchObject({ jobsPerDay: 2 });
  });

  it('counts what was accepted before it was set', async () => {
    for (const _ of [1, 2, 3]) await submit();
    await set({ jobsPerDay: 3 });
    await expect.poll(async () => (await submit()).status).toBe(429);
    await set({ jobsPerDay: null });
    await expect.poll(async () => (await submit()).status).toBe(202);
    const before = await jobCount();
    await set({ jobsPerDay: (before ?? 0) + 1 });
    await expect.poll(async () => (await submit()).status).toBe(429);
    expect(await jobCount()).toBe((before ?? 0) + 1);
  });

  it('names the quota that has no room for the longest', async () => {
    await set({ openJobs: 1, jobsPerDay: 1 });
    await submit();
    const refused = await submit();
    expect(((await refused.json()) as { detail: string }).detail).toContain('jobs a day');
  });
});

describe('a quota of open jobs', () => {
  it('has room again when a job has ended', async () => {
    await set({ openJobs: 2 });
    const job = (await (await submit()).json()) as SubmittedJob;
    await submit();
    const refused = await submit();
    expect(refused.status).toBe(429);
    expect(secondsOf(refused)).toBe(5);
    expect(await refused.json()).toMatchObject({
      detail: 'the project may have 2 open jobs at once, and 2 have not ended',
    });
    await ringback.call('jobs.cancel', { id: job.id });
    await expect.poll(async () => (await submit()).status).toBe(202);
    expect((await submit()).status).toBe(429);
    expect(await stand()).toMatchObject({ openJobs: 2 });
  });
});

describe('settings of quotas', () => {
  it('are refused by name when they are wrong', async () => {
    for (const [change, field] of [
      [{ openJobs: 0 }, 'openJobs'],
      [{ jobsPerHour: 1.5 }, 'jobsPerHour'],
      [{ storedBytes: '7' }, 'storedBytes'],
      [{ jobs: 1 }, 'jobs'],
    ] as const) {
      const { body } = await ringback.call('settings.setQuotas', change);
      expect(body.error.data.field).toBe(field);
    }
  });

  it('hold for their project alone', async () => {
    await ringback.db.pool.query(
      `insert into project (id, name, quota_jobs_per_day) values (gen_random_uuid(), 'other', 1)`,
    );
    for (const _ of [1, 2]) expect((await submit()).status).toBe(202);
    await ringback.db.pool.query(`delete from project where id <> $1`, [projectId]);
  });

  it('hold after an import too, which brings no counts', async () => {
    await ringback.db.pool.query('update project set quota_jobs_per_day = 1 where id = $1', [projectId]);
    await expect.poll(async () => (await submit()).status, { timeout: 10_000 }).toBe(429);
  });
});
