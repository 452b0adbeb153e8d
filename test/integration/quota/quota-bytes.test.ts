import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { QuotasView } from '#src/contract/project/quotas.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
afterAll(() => Promise.all([ringback.close(), target.close()]));

const sql = async (text: string) => (await ringback.db.pool.query(text)).rows;
const submit = (more: object = {}) =>
  ringback.rest('POST', '/v1/jobs', { json: { url: `${target.url}/json`, method: 'POST', ...more } });

async function bytes(): Promise<QuotasView['quotas'][number] | undefined> {
  const { body } = await ringback.call<QuotasView>('settings.quotas', undefined, { query: true });
  return body.result.data.quotas.find(({ name }) => name === 'storedBytes');
}

/** Lets a worker measure again, and returns what it has found. */
async function measured(): Promise<number> {
  const since = (await bytes())?.since;
  await sql('update quota_use set measure_at = now()');
  await expect.poll(async () => (await bytes())?.since !== since, { timeout: 20_000 }).toBe(true);
  return (await bytes())?.used ?? -1;
}

it('bytes are bodies, results and what attempts kept; they are measured, and bodies count at once', async () => {
  const { id } = (await (await submit({ body: 'x'.repeat(1_000) })).json()) as SubmittedJob;
  const ended = async () => (await sql(`select 1 from job where ended_at is not null`)).length;
  await expect.poll(ended, { timeout: 20_000 }).toBe(1);
  await ringback.call('settings.setQuotas', { storedBytes: 1_000_000 });
  await expect.poll(async () => (await bytes())?.since, { timeout: 20_000 }).not.toBe(null);
  const [{ result }] = (await sql('select octet_length(body) as result from result')) as [{ result: number }];
  expect(result).toBeGreaterThan(0);
  expect((await bytes())?.used).toBe(1_000 + result);

  // The quota is known to each process after a second.
  await expect
    .poll(async () => {
      await submit({ body: 'y'.repeat(100), delaySeconds: 3_600 });
      return ((await bytes())?.used ?? 0) > 1_000 + result;
    })
    .toBe(true);
  const [{ bodies }] = (await sql('select sum(octet_length(bytes))::int as bodies from job_body')) as [
    { bodies: number },
  ];
  expect(await measured()).toBe(bodies + result);

  await sql(`update attempt set body = decode(repeat('ab', 500), 'hex')`);
  expect(await measured()).toBe(bodies + result + 500);
  expect(await sql(`select 1 from attempt where owner_id is not null`)).toHaveLength(1);
  expect(id).toMatch(/^job_/);
});

it('a body that does not fit is refused with the bytes there are, and what is deleted makes room', async () => {
  const used = await measured();
  await ringback.call('settings.setQuotas', { storedBytes: used + 50 });
  const refused = await submit({ body: 'z'.repeat(100) });
  expect(refused.status).toBe(429);
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(((await refused.json()) as { detail: string }).detail).toBe(
    `the project may store ${(used + 50).toLocaleString('en-US')} bytes, ${used.toLocaleString('en-US')} are stored, and the body has 100; what expires or is deleted makes room`,
  );
  expect((await submit({ body: 'z'.repeat(50), delaySeconds: 3_600 })).status).toBe(202);
  expect((await submit()).status).toBe(429);
  await sql('delete from job_body');
  expect(await measured()).toBeLessThan(used);
  expect((await submit({ body: 'z'.repeat(100), delaySeconds: 3_600 })).status).toBe(202);
});

it('a body that is larger than the whole quota is told so', async () => {
  await ringback.call('settings.setQuotas', { storedBytes: 10 });
  const refused = await submit({ body: 'z'.repeat(100) });
  expect(((await refused.json()) as { detail: string }).detail).toContain('the body alone has 100: it never fits');
});
