import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobPage, JobSummary } from '#src/contract/job/job.ts';
import type { JobCounts, JobFilterInput, ListInput } from '#src/contract/job/job-filter-input.ts';
import type { KnownValues, KnownValuesInput } from '#src/contract/job/known-values.ts';
import type { Operation } from '#src/contract/job/operation.ts';
import { formatId } from '#src/domain/text/id.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';
import { seedDashboard } from '#test/bench/seed.ts';
import { called, partFilterCases, valueAt } from '#test/support/part-filter-cases.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const jobs = 12_000;

let ringback: TestRingback;
let project = '';

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  const { rows } = await ringback.db.pool.query<{ id: string }>('select id from project limit 1');
  project = rows[0]?.id ?? '';
  await seedDashboard((text, values) => ringback.db.pool.query(text, values), {
    jobs,
    big: project,
    statistics: false,
  });
  await sql(
    `update job_request q set metadata = json_build_object('customer', json_build_object('id', n % 5000, 'name.first', 'A=' || n % 3),
       'tags', json_build_array('x', 'y' || n % 4), 'note', case when n % 2 = 0 then 'Große = Frage' end)
     from (select id, substring(url from '[0-9]+$')::int as n from job where project_id = $1) j where j.id = q.job_id and n % 3 > 0`,
    [project],
  );
  await sql(
    `insert into delivery (id, project_id, job_id, event_id, type, terminal, receiver, url, payload, state, ended_at)
     select gen_random_uuid(), $1, id, gen_random_uuid(), 'job.started', false, 'r', 'http://a.test/', 'full',
       (array['pending', 'retrying', 'cancelled', 'in_progress'])[1 + n / 100 % 4], case when n / 100 % 4 = 2 then now() end
     from (select id, substring(url from '[0-9]+$')::int as n from job where project_id = $1 and url like '%77') j`,
    [project],
  );
  await sql(`update delivery set claimed_by = gen_random_uuid() where state = 'in_progress'`);
}, 180_000);
afterAll(() => ringback.close());

const sql = async (text: string, values: unknown[] = []) => (await ringback.db.pool.query(text, values)).rows;
const query = async <T>(path: string, input: unknown) => (await ringback.call<T>(path, input, { query: true })).body;
const page = async (input: ListInput) => (await query<JobPage>('jobs.list', input)).result.data;
const counts = async (input: JobFilterInput) => (await query<JobCounts>('jobs.counts', input)).result.data;
const known = async (input: KnownValuesInput) =>
  (await query<KnownValues>('jobs.knownValues', input)).result.data.values;
const get = async (path: string) => {
  const response = await fetch(`${ringback.url}${path}`, {
    headers: { authorization: `Bearer ${ringback.credentials.apiKey}` },
  });
  return { status: response.status, text: await response.text() };
};

/** The same as the list by a statement that knows nothing of indexes. */
async function truth(where: string): Promise<string[]> {
  const rows = await sql(`select j.id from job j where j.project_id = '${project}' and (${where}) order by j.id desc`);
  return rows.map((row) => formatId('job', row.id));
}

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

describe('a filter finds what it says, on however many pages,', () => {
  it.each(partFilterCases)('%s', async (_what, filter, where) => {
    const expected = await truth(where);
    expect(expected.length).toBeGreaterThan(0);
    expect((await all(filter)).found.map(({ id }) => id)).toEqual(expected);
    const { state: _state, ...others } = filter;
    const { all: counted } = await counts(others);
    if (!counted.capped && filter.state === undefined) expect(counted.count).toBe(expected.length);
  });

  it('states of few deliveries without looking through the jobs, so that their count is exact', async () => {
    for (const callback of ['failed', 'pending', 'cancelled', 'in_progress'] as const) {
      const expected = await truth(called(`'${callback}'`));
      expect((await counts({ callback })).all, callback).toEqual({ count: expected.length, capped: false });
      expect((await all({ callback, text: 'nowhere' })).givenUp).toBe(0);
    }
    expect((await all({ callback: 'none', text: 'nowhere' })).givenUp).toBeGreaterThan(0);
  });

  it('few deliveries to an endpoint without looking through the jobs, and those of its namesake that is gone by its id', async () => {
    const [gone, rare] = [randomUUID(), randomUUID()];
    await sql(
      `insert into endpoint (id, project_id, name, url, events, labels, headers, deleted_at)
       select id, $2, 'rare', 'http://a.test/', '{}', '{}', '[]', gone from unnest($1::uuid[], $3::timestamptz[]) as e(id, gone)`,
      [[gone, rare], project, [new Date(), null]],
    );
    const some = await sql(
      `update delivery set endpoint_id = case when state = 'failed' then $1::uuid else $2::uuid end where id in (
         select id from delivery where project_id = $3 and endpoint_id is null and state in ('failed', 'cancelled') order by id limit 40)
       returning job_id, endpoint_id`,
      [gone, rare, project],
    );
    const of = (endpoint: string) =>
      new Set(some.filter((row) => row.endpoint_id === endpoint).map((row) => formatId('job', row.job_id)));
    for (const [endpoint, ids] of [
      ['rare', of(rare)],
      [formatId('end', gone), of(gone)],
      ['nobody', new Set()],
    ] as const) {
      const { found, givenUp } = await all({ endpoint });
      expect(new Set(found.map(({ id }) => id)), endpoint).toEqual(ids);
      expect(givenUp).toBe(0);
      expect((await counts({ endpoint })).all).toEqual({ count: ids.size, capped: false });
    }
    expect(of(rare).size + of(gone).size).toBeGreaterThan(10);
    expect(await known({ of: 'endpoint', text: 'AR' })).toEqual(['rare']);
  });

  it('the jobs of a key by its name, of this project only', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    await sql(
      `insert into api_key (id, project_id, name, hash, hint, scopes)
       select id, p, 'nightly import', decode(md5(id::text), 'hex'), 'x', '{jobs:read}' from unnest($1::uuid[], $2::uuid[]) as k(id, p)`,
      [ids, [project, project, '00000000-0000-7000-8000-00000000000c']],
    );
    const two = 'select id from job where project_id = $2 order by id desc limit 2';
    await sql(`update job set api_key_id = $1 where id in (${two})`, [ids[0], project]);
    await sql(`update job set api_key_id = $1 where id in (${two} offset 2)`, [ids[1], project]);
    await sql(`update job set api_key_id = $1 where id in (${two} offset 4)`, [ids[2], project]);
    const expected = (await truth('true')).slice(0, 4);
    expect((await page({ apiKey: 'nightly import' })).jobs.map(({ id }) => id)).toEqual(expected);
    expect(await known({ of: 'apiKey', text: 'IMPORT' })).toEqual(['nightly import']);
  });

  it('the same over REST, and what is wrong is refused with its field and what is allowed', async () => {
    const found = async (search: string): Promise<string[]> => {
      const { jobs: some, nextCursor } = JSON.parse((await get(`/v1/jobs?limit=100&${search}`)).text) as JobPage;
      const more = nextCursor === null ? [] : await found(`${search.replace(/&cursor=.*/, '')}&cursor=${nextCursor}`);
      return [...some.map(({ id }) => id), ...more];
    };
    const both = `${valueAt('{customer,id}')} = '44' and ${valueAt('{tags,0}')} = 'x'`;
    expect(await found('metadata=customer.id%3D44&metadata=tags.0%3Dx')).toEqual(await truth(both));
    const waits = await truth(`${called(`'pending', 'retrying'`)} and j.attempt_count >= 2`);
    expect(await found('callback=pending&callback=retrying&attemptsMin=2')).toEqual(waits);
    for (const [search, field, words] of [
      ['callback=lost', 'callback', '"none", "pending", "in_progress", "retrying"'],
      ['attemptsMin=-1', 'attemptsMin', 'number'],
      ['attemptsMin=9&attemptsMax=3', 'attemptsMin', 'attemptsMin must not be above attemptsMax'],
      ['durationMin=5s&durationMax=4000', 'durationMin', 'durationMin must not be above durationMax'],
      ['durationMin=soon', 'durationMin', 'must be milliseconds, or text like "500ms"'],
      ['durationMax=2y', 'durationMax', 'must be milliseconds'],
      ['metadata=customer', 'metadata', 'a path into the metadata and a value, such as customer.id=42'],
      ['metadata=a..b%3D1', 'metadata', 'such as customer.id=42'],
      [`${'metadata=a%3D1&'.repeat(6)}`, 'metadata', 'at most 5'],
      ['metadataColumns=a.', 'metadataColumns', 'a path into the metadata such as customer.id'],
    ] as const) {
      const { status, text } = await get(`/v1/jobs?${search}`);
      const error = JSON.parse(text) as { code: string; field: string; detail: string };
      expect([status, error.code, error.field], search).toEqual([400, 'invalid_input', field]);
      expect(error.detail, search).toContain(words);
    }
  });
});

describe('values of the metadata', () => {
  const metadataColumns = ['customer.id', 'customer.name\\.first', 'note', 'tags'];

  it('are in the rows of a list that asks for them, as text, and in no other', async () => {
    const { jobs: found } = await page({ metadata: 'customer.id=44', metadataColumns });
    expect(found.length).toBeGreaterThan(0);
    for (const { metadata, url } of found) {
      const n = Number(/\d+$/.exec(url)?.[0]);
      expect(metadata).toEqual({
        'customer.id': '44',
        'customer.name\\.first': `A=${n % 3}`,
        note: n % 2 === 0 ? 'Große = Frage' : null,
        tags: expect.stringMatching(/^\["x", ?"y\d"\]$/),
      });
    }
    expect((await page({ limit: 1 })).jobs[0]).not.toHaveProperty('metadata');
    const [without] = (await page({ limit: 3, metadataColumns: 'nothing' })).jobs;
    expect(without?.metadata).toEqual({ nothing: null });
  });

  it('keep numbers that JavaScript would round', async () => {
    const [newest] = await sql('select id from job where project_id = $1 order by id desc limit 1', [project]);
    await sql(`update job_request set metadata = '{"big": 90071992547409931234, "exact": 1.10}' where job_id = $1`, [
      newest.id,
    ]);
    const [job] = (await page({ limit: 1, metadataColumns: ['big', 'exact'] })).jobs;
    expect(job?.metadata).toEqual({ big: '90071992547409931234', exact: '1.10' });
    expect((await page({ limit: 5, metadata: 'big=90071992547409931234' })).jobs.map(({ id }) => id)).toEqual([
      job?.id,
    ]);
  });

  it('are columns of an exported CSV, and fields of a JSON', async () => {
    const search = 'metadata=customer.id%3D44&metadataColumns=customer.id&metadataColumns=nothing';
    const csv = (await get(`/v1/jobs/export?format=csv&${search}`)).text.trim().split('\r\n');
    expect(csv[0]).toMatch(/,rerunOf,metadata\.customer\.id,metadata\.nothing$/);
    expect(csv.length).toBeGreaterThan(1);
    for (const line of csv.slice(1)) expect(line).toMatch(/,44,$/);
    const json = JSON.parse((await get(`/v1/jobs/export?format=json&${search}`)).text) as JobSummary[];
    expect(json).toHaveLength(csv.length - 1);
    for (const job of json) expect(job.metadata).toEqual({ 'customer.id': '44', nothing: null });
    expect((await get('/v1/jobs/export?format=csv&label=nowhere')).text).toMatch(/,rerunOf\r\n$/);
  });
});

describe('values that are offered', () => {
  it('are those of the newest jobs first, and those that begin with the text however old', async () => {
    const newestHosts = (
      await sql('select host from job where project_id = $1 order by id desc limit 50', [project])
    ).map((row) => row.host);
    expect((await known({ of: 'host' })).slice(0, 3)).toEqual([...new Set(newestHosts)].slice(0, 3));
    expect(await known({ of: 'host', text: 'ONCE.ex'.toLowerCase() })).toEqual(['once.example.com']);
    expect(await known({ of: 'host', text: 'openai' })).toEqual(['api.openai.com']);
    expect(await known({ of: 'host', text: 'nowhere' })).toEqual([]);
    expect(await known({ of: 'host' })).toHaveLength(30);
  });

  it('of labels, statuses, methods, flows, upstreams, models and failures', async () => {
    const flowId = lineIdOf({ projectId: project, kind: 'flow', key: 'Tenant 9' });
    await sql(
      `insert into line (id, project_id, kind, key) values ($1, $2, 'flow', 'Tenant 9'), (gen_random_uuid(), $2, 'flow', 'Tenant old')`,
      [flowId, project],
    );
    await sql(
      'update job set flow_id = $1 where id = (select id from job where project_id = $2 order by id desc limit 1)',
      [flowId, project],
    );
    await sql(
      `insert into upstream (id, project_id, name, base_url, format, headers) values (gen_random_uuid(), $1, 'openai', 'https://a.test', 'none', '[]')`,
      [project],
    );
    const [some] = await sql(
      `update job set failure = 'a.test 503:5xx', gateway = 'responses' where id = (
      select id from job where project_id = $1 and state = 'failed' order by id desc limit 1) returning id`,
      [project],
    );
    await sql(`insert into model_call (job_id, project_id, model) values ($1, $2, 'gpt-5')`, [some.id, project]);
    expect(await known({ of: 'label', text: 'nightly' })).toEqual(['nightly']);
    expect((await known({ of: 'status', text: '20' })).toSorted()).toEqual(['200', '201', '204']);
    expect((await known({ of: 'method' })).toSorted()).toEqual(['GET', 'POST', 'PUT']);
    expect(await known({ of: 'flow', text: 'Ten' })).toEqual(['Tenant 9', 'Tenant old']);
    expect(await known({ of: 'upstream' })).toEqual(['openai']);
    expect(await known({ of: 'model', text: 'gpt' })).toEqual(['gpt-5']);
    expect(await known({ of: 'failure' })).toEqual(['a.test 503:5xx']);
  });

  it('of metadata: paths, and the values at one', async () => {
    expect(await known({ of: 'metadataPath', text: 'cust' })).toEqual(['customer.id', 'customer.name\\.first']);
    const values = await known({ of: 'metadataValue', path: 'customer.name\\.first' });
    expect(values.toSorted()).toEqual(['A=1', 'A=2']);
    const { error } = await query('jobs.knownValues', { of: 'metadataValue' });
    expect(error.data).toMatchObject({ code: 'invalid_input', field: 'path' });
  });

  it('are of the own project', async () => {
    await sql(`update job set host = 'secret.test', labels = '{secret}' where project_id <> $1`, [project]);
    expect(await known({ of: 'host', text: 'secret' })).toEqual([]);
    expect(await known({ of: 'label', text: 'secret' })).toEqual([]);
  });
});

it('a bulk action deals with exactly what such a filter finds', async () => {
  const filter = { callback: 'retrying' as const, attemptsMin: 1, metadata: 'customer.id=977' };
  await sql(
    `update job set state = 'retrying', ended_at = null, next_attempt_at = now() + interval '1 day' where id in (
    select job_id from delivery where state = 'retrying' and project_id = $1 limit 3)`,
    [project],
  );
  await sql(
    `update job_request set metadata = '{"customer":{"id":977}}' where job_id in (
    select job_id from delivery where state in ('retrying', 'pending') and project_id = $1)`,
    [project],
  );
  const expected = await truth(
    `${called(`'retrying'`)} and j.attempt_count >= 1 and ${valueAt('{customer,id}')} = '977' and j.state = 'retrying'`,
  );
  expect(expected.length).toBeGreaterThanOrEqual(3);
  const { body } = await ringback.call<Operation>('jobs.cancelMany', { jobs: { filter }, perSecond: 1_000 });
  expect(body.result.data).toMatchObject({ total: expected.length, totalCapped: false, input: { jobs: { filter } } });
  await ringback.startWorker();
  const operation = async () => (await query<Operation>('operations.get', { id: body.result.data.id })).result.data;
  await expect.poll(async () => (await operation()).state, { timeout: 30_000 }).toBe('completed');
  expect(await operation()).toMatchObject({ done: expected.length, failed: 0 });
  const { found } = await all({ state: 'cancelled', metadata: 'customer.id=977' });
  expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(expected));
});
