import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryPage } from '#src/contract/event/delivery.ts';
import type { JobPage, JobSummary } from '#src/contract/job/job.ts';
import type { JobCounts, JobFilterInput, ListInput } from '#src/contract/job/job-filter-input.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { formatId } from '#src/domain/text/id.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';
import { seedDashboard } from '#test/bench/seed.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const jobs = 29_000;

let ringback: TestRingback;
let project = '';

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  const { rows } = await ringback.db.pool.query<{ id: string }>('select id from project limit 1');
  project = rows[0]?.id ?? '';
  await seedDashboard((text, values) => ringback.db.pool.query(text, values), { jobs, big: project });
  await sql(`update job set flow_id = $1 where host = 'tenant-9.example.com' and project_id = $2`, [
    lineIdOf({ projectId: project, kind: 'flow', key: 'Tenant 9' }),
    project,
  ]);
}, 180_000);
afterAll(() => ringback.close());

const sql = async (text: string, values: unknown[] = []) => (await ringback.db.pool.query(text, values)).rows;
const query = async <T>(path: string, input: unknown) => (await ringback.call<T>(path, input, { query: true })).body;
const page = async (input: ListInput) => (await query<JobPage>('jobs.list', input)).result.data;
const counts = async (input: JobFilterInput) => (await query<JobCounts>('jobs.counts', input)).result.data;
const newer = async (filter: JobFilterInput, than: string) =>
  (await query<CappedCount>('jobs.newerCount', { filter, than })).result.data;

/** All that a filter finds, page by page, and how often a search was given up on the way. */
async function all(input: ListInput): Promise<{ found: JobSummary[]; givenUp: number }> {
  const found: JobSummary[] = [];
  let givenUp = 0;
  for (let cursor: string | undefined; ; ) {
    const one = await page({ ...input, limit: 100, cursor });
    found.push(...one.jobs);
    if (one.searchedTo !== null) givenUp++;
    if (one.nextCursor === null) return { found, givenUp };
    cursor = one.nextCursor;
  }
}

/** The same by a statement that knows nothing of indexes. */
async function truth(where: string, values: unknown[] = []): Promise<string[]> {
  const rows = await sql(`select id from job where project_id = '${project}' and ${where} order by id desc`, values);
  return rows.map((row) => formatId('job', row.id));
}

describe('a filter finds what it says, on however many pages,', () => {
  const cases: [what: string, filter: JobFilterInput, where: string][] = [
    ['a rare state', { state: 'retrying' }, `state = 'retrying'`],
    ['several states', { state: ['cancelled', 'in_progress'] }, `state in ('cancelled', 'in_progress')`],
    ['a host with one job', { host: 'Once.Example.com' }, `host = 'once.example.com'`],
    ['a host and a state', { host: 'api.openai.com', state: 'queued' }, `host = 'api.openai.com' and state = 'queued'`],
    [
      'a host and a common state',
      { host: 'tenant-9.example.com', state: 'completed' },
      `host = 'tenant-9.example.com' and state = 'completed'`,
    ],
    [
      'not a host',
      { notHost: 'api.openai.com', state: 'cancelled' },
      `host <> 'api.openai.com' and state = 'cancelled'`,
    ],
    ['a rare label', { label: 'found-twice' }, `'found-twice' = any(labels)`],
    ['a label', { label: 'nightly', state: 'completed' }, `'nightly' = any(labels) and state = 'completed'`],
    ['a label of old jobs', { label: 'batch-3' }, `'batch-3' = any(labels)`],
    ['a status', { status: 429 }, 'status = 429'],
    ['a status as text', { status: '503' }, 'status = 503'],
    ['a class', { status: '4xx' }, 'status between 400 and 499'],
    [
      'a class and a host',
      { status: '5xx', host: 'api.anthropic.com' },
      `status between 500 and 599 and host = 'api.anthropic.com'`,
    ],
    ['a good status and a label', { status: '204', label: 'nightly' }, `status = 204 and 'nightly' = any(labels)`],
    ['timeouts', { status: 'timeout' }, `error->>'code' = 'timeout'`],
    ['failed connections', { status: 'connection_error' }, `error->>'code' in ('dns_error', 'connection_refused')`],
    ['blocked ones', { status: 'blocked' }, `error->>'code' = 'blocked_target'`],
    ['one code', { status: 'dns_error' }, `error->>'code' = 'dns_error'`],
    ['a method', { method: 'put', state: 'failed' }, `method = 'PUT' and state = 'failed'`],
    ['a flow', { flow: 'Tenant 9' }, `host = 'tenant-9.example.com'`],
    [
      'a flow and a state',
      { flow: 'Tenant 9', state: 'completed' },
      `host = 'tenant-9.example.com' and state = 'completed'`,
    ],
    ['text of a URL', { text: 'THINGS/123', state: 'failed' }, `url like '%things/123%' and state = 'failed'`],
    [
      'text of a label',
      { text: 'Enant-77' },
      `exists (select 1 from unnest(labels) l where l like '%enant-77%') or url like '%enant-77%'`,
    ],
    ['a time', { from: at(20), to: at(19.9) }, `created_at >= '${at(20)}' and created_at < '${at(19.9)}'`],
    [
      'a time and a state',
      { from: at(20), to: at(10), state: 'cancelled' },
      `created_at >= '${at(20)}' and created_at < '${at(10)}' and state = 'cancelled'`,
    ],
  ];

  it.each(cases)('%s', async (_what, filter, where) => {
    const expected = await truth(`(${where})`);
    const { found } = await all(filter);
    expect(expected.length).toBeGreaterThan(0);
    expect(found.map(({ id }) => id)).toEqual(expected);
    expect((await counts({ ...filter, state: undefined } as JobFilterInput)).all.count).toBeGreaterThanOrEqual(0);
  });

  it('a job by its id, as text too, and none by that of another project', async () => {
    const [id = ''] = await truth(`state = 'in_progress'`);
    expect((await page({ id })).jobs.map((job) => job.id)).toEqual([id]);
    expect((await page({ text: ` ${id} ` })).jobs.map((job) => job.id)).toEqual([id]);
    expect((await page({ id, state: 'completed' })).jobs).toEqual([]);
    const [foreign] = await sql('select id from job where project_id <> $1 limit 1', [project]);
    expect((await page({ id: formatId('job', foreign?.id) })).jobs).toEqual([]);
  });
});

function at(days: number): string {
  return new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - days * 86_400_000).toISOString();
}

describe('paging', () => {
  it('goes back and forth over the same pages', async () => {
    const filter = { state: 'failed', limit: 30 } as const;
    const pages = [await page(filter)];
    for (let n = 0; n < 3; n++) pages.push(await page({ ...filter, cursor: pages.at(-1)?.nextCursor ?? '' }));
    expect(pages[0]).toMatchObject({ previousCursor: null, searchedTo: null });
    for (let n = 3; n > 1; n--) {
      const back = await page({ ...filter, before: pages[n]?.previousCursor ?? '' });
      expect(back.jobs).toEqual(pages[n - 1]?.jobs);
      expect(back.previousCursor).not.toBeNull();
      expect(back.nextCursor).toBe(pages[n - 1]?.nextCursor);
    }
    // The newest is reached: it is the first page, also where that one has become fuller than it was.
    expect(await page({ ...filter, before: pages[1]?.previousCursor ?? '' })).toEqual(pages[0]);
    expect(await page({ ...filter, before: pages[0]?.jobs[4]?.id ?? '' })).toEqual(pages[0]);
  });

  it('refuses cursors of both directions, and ones that are none', async () => {
    const code = async (input: ListInput) => (await query('jobs.list', input)).error.data.code;
    const { nextCursor } = await page({});
    expect(await code({ cursor: nextCursor ?? '', before: nextCursor ?? '' })).toBe('conflicting_fields');
    expect(await code({ cursor: 'yesterday' })).toBe('invalid_input');
    expect(await code({ before: 'dlv_1' })).toBe('invalid_input');
  });

  it('of a filter without an index is given up after a while, says how far it came, and goes on from there', async () => {
    const first = await page({ method: 'BREW' });
    expect(first).toMatchObject({
      jobs: [],
      previousCursor: null,
      nextCursor: expect.any(String),
      searchedTo: expect.any(String),
    });
    const [edge] = await sql(`select created_at from job where project_id = $1 order by id desc offset 9999 limit 1`, [
      project,
    ]);
    expect(first.searchedTo).toBe(edge?.created_at.toISOString());
    const [last] = await truth(
      `state = 'completed' and id = (select min(id::text)::uuid from job where project_id = '${project}')`,
    );
    await sql(
      `update job set method = 'BREW' where project_id = $1 and id in (select id from job where project_id = $1 order by id limit 1)`,
      [project],
    );
    const { found, givenUp } = await all({ method: 'BREW' });
    expect(found.map((job) => job.id)).toEqual([last]);
    expect(givenUp).toBe(2);
    // And forth again: empty stretches are passed over the same way.
    const back = await page({ method: 'BREW', before: last ?? '' });
    expect(back).toMatchObject({ jobs: [], previousCursor: expect.any(String), searchedTo: expect.any(String) });
  });

  it('has no holes where a job comes or goes meanwhile', async () => {
    const one = await page({ state: 'scheduled', limit: 5 });
    await sql(
      `update job set state = 'cancelled' where id = (select id from job where project_id = $1 and state = 'scheduled' order by id desc limit 1)`,
      [project],
    );
    const two = await page({ state: 'scheduled', limit: 5, cursor: one.nextCursor ?? '' });
    const ids = await truth(`state = 'scheduled'`);
    expect([...one.jobs.slice(1), ...two.jobs].map((job) => job.id)).toEqual(ids.slice(0, 9));
  });
});

describe('counting', () => {
  it('is exact by state for few, and says at least so many for more', async () => {
    const [exact] = await sql(`select count(*)::int as n from job where project_id = $1 and state = 'failed'`, [
      project,
    ]);
    const { counts: byState, all: together } = await counts({});
    expect(byState.failed).toEqual({ count: exact?.n, capped: false });
    expect(byState.completed).toEqual({ count: 10_000, capped: true });
    expect(together).toEqual({ count: 10_000, capped: true });
  });

  it.each([
    ['a host', { host: 'tenant-9.example.com' }, `host = 'tenant-9.example.com'`],
    ['a rare label', { label: 'found-twice' }, `'found-twice' = any(labels)`],
    ['a label that few have', { label: 'nightly' }, `'nightly' = any(labels)`],
    ['a class of statuses', { status: '4xx' }, 'status between 400 and 499'],
    ['timeouts', { status: 'timeout' }, `error->>'code' = 'timeout'`],
    ['a day', { from: at(20), to: at(19) }, `created_at >= '${at(20)}' and created_at < '${at(19)}'`],
    ['nothing there', { host: 'nowhere.test' }, 'false'],
    ['a class that does not occur', { status: '6xx' }, 'false'],
  ])('is exact for %s', async (_what, filter, where) => {
    const rows = await sql(
      `select state, count(*)::int as n from job where project_id = $1 and ${where} group by state`,
      [project],
    );
    const { counts: byState, all: together } = await counts(filter);
    for (const { state, n } of rows)
      expect([state, byState[state as keyof typeof byState]]).toEqual([state, { count: n, capped: false }]);
    expect(together).toEqual({ count: rows.reduce((sum, row) => sum + row.n, 0), capped: false });
  });

  it('without an index counts as far as it looks', async () => {
    const { counts: byState, all: together } = await counts({ method: 'PUT' });
    expect(together.capped).toBe(true);
    expect(together.count).toBeGreaterThan(1_000);
    expect(Object.values(byState).every((one) => one.capped)).toBe(true);
  });

  it('takes no state and no cursor', async () => {
    expect((await query('jobs.counts', { state: 'failed' })).error.data.code).toBe('unknown_field');
    expect((await query('jobs.counts', { cursor: 'x' })).error.data.code).toBe('unknown_field');
  });

  it('of what is newer is exact to a hundred', async () => {
    const failed = await truth(`state = 'failed'`);
    expect(await newer({ state: 'failed' }, failed[0] ?? '')).toEqual({ count: 0, capped: false });
    expect(await newer({ state: 'failed' }, failed[7] ?? '')).toEqual({ count: 7, capped: false });
    expect(await newer({ state: 'failed' }, failed[100] ?? '')).toEqual({ count: 100, capped: false });
    expect(await newer({ state: 'failed' }, failed[101] ?? '')).toEqual({ count: 100, capped: true });
    const everything = await truth('true');
    expect(await newer({ method: 'BREW' }, everything.at(-1) ?? '')).toEqual({ count: 0, capped: true });
    expect((await query('jobs.newerCount', { filter: {}, than: 'x' })).error.data.code).toBe('invalid_input');
  });
});

describe('deliveries', () => {
  const deliveries = async (input: object) => (await query<DeliveryPage>('deliveries.list', input)).result.data;

  it.each([
    ['a state', { state: 'failed' }, `state = 'failed'`],
    [
      'an endpoint and a state',
      { endpointId: formatId('end', '00000000-0000-7000-8000-0000000000e1'), state: 'skipped' },
      `endpoint_id is not null and state = 'skipped'`,
    ],
    ['a type', { type: 'job.failed' }, `type = 'job.failed'`],
    [
      'a type and a time',
      { type: 'job.completed', from: at(20), to: at(19.8) },
      `type = 'job.completed' and created_at >= '${at(20)}' and created_at < '${at(19.8)}'`,
    ],
  ])('by %s are all found', async (_what, filter, where) => {
    const expected = await sql(`select id from delivery where project_id = $1 and ${where} order by id desc`, [
      project,
    ]);
    const found: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const one = await deliveries({ ...filter, limit: 100, ...(cursor && { cursor }) });
      found.push(...one.deliveries.map((each) => each.id));
      if (one.nextCursor === null) break;
      cursor = one.nextCursor;
    }
    expect(expected.length).toBeGreaterThan(0);
    expect(found).toEqual(expected.map((row) => formatId('dlv', row.id)));
  });

  it('are paged back and forth', async () => {
    const one = await deliveries({ limit: 10 });
    const two = await deliveries({ limit: 10, cursor: one.nextCursor });
    const three = await deliveries({ limit: 10, cursor: two.nextCursor });
    expect((await deliveries({ limit: 10, before: three.previousCursor })).deliveries).toEqual(two.deliveries);
    expect(await deliveries({ limit: 10, before: two.previousCursor })).toEqual(one);
  });
});

it('filters with what cannot be stored or understood are refused by name', async () => {
  for (const [input, field] of [
    [{ text: 'a\u0000b' }, 'text'],
    [{ label: '\ud800' }, 'label'],
    [{ status: 'slow' }, 'status'],
    [{ rerunOf: 'key_1' }, 'rerunOf'],
    [{ apiKeyId: 'job_1' }, 'apiKeyId'],
    [{ from: 'yesterday' }, 'from'],
  ] as const) {
    const { data } = (await query('jobs.list', input)).error;
    expect([field, data.code, data.field]).toEqual([field, 'invalid_input', field]);
  }
});
