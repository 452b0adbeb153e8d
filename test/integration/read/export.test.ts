import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobPage, JobSummary } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { exportJobs } from '#src/engine/read/export-jobs.ts';
import type { Db } from '#src/store/db/database.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let project = '';

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  const { rows } = await ringback.db.pool.query<{ id: string }>('select id from project');
  project = rows[0]?.id ?? '';
});
afterAll(() => ringback.close());

const jobs = (label: string, count: number) =>
  ringback.db.pool.query(
    `insert into job (id, project_id, state, method, url, host, labels, max_attempts, created_at, ended_at)
     select (lpad(to_hex((extract(epoch from now() - interval '1 hour') * 1000)::bigint + n), 12, '0') || '7000' || '8000' || substr(md5(random()::text), 1, 12))::uuid,
            $1, 'completed', 'GET', 'http://x.test/' || n, 'x.test', array[$2], 1, now() - interval '1 hour' + n * interval '1 ms', now()
     from generate_series(1, $3::int) n`,
    [project, label, count],
  );

/** Records and fields as RFC 4180 has them. */
function readCsv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    records.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
}

/** With its trailers, which fetch does not show. */
function get(
  path: string,
): Promise<{ status: number; headers: Record<string, unknown>; trailers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${ringback.credentials.apiKey}` };
    const asked = request(ringback.url + path, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, trailers: response.trailers, text }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject).end();
  });
}

const hostile = ['=1+2', '+cmd', '-2', '@SUM(A1)', 'a,b', 'say "hi"', 'häßlich ☃', "'quoted", ' =leading space'];

describe('an export', () => {
  it('as CSV keeps hostile text as text, every field in its place', async () => {
    const label = randomUUID();
    const submitted = await ringback.call<SubmitManyResult>('jobs.submitMany', {
      jobs: hostile.map((text) => ({
        url: 'http://127.0.0.1:59999/a,b?q="x"&secret=hush',
        labels: [text, label],
        redact: { query: ['secret'] },
        headers: { authorization: 'Bearer hush' },
        delaySeconds: 60,
      })),
    });
    const ids = submitted.body.result.data.results.map((one) => (one.ok ? one.job.id : 'refused'));
    // Of these only the database can be made to hold some: a worker's own words, or an older version's.
    for (const [index, text] of ['\t=1', '\r=1', "=cmd|' /C calc'!A0", 'two\r\nlines'].entries())
      await ringback.db.pool.query(
        `update job set state = 'failed', ended_at = now(), next_attempt_at = null,
           error = json_build_object('code', 'bad_status', 'message', $2::text, 'retryable', false) where id =
           (select id from job where $1 = any(labels) order by id offset $3 limit 1)`,
        [label, text, index],
      );
    const { status, headers, text } = await get(`/v1/jobs/export?format=csv&label=${label}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': expect.stringContaining('text/csv'),
      'content-disposition': expect.stringMatching(/^attachment; filename="ringback-jobs-\d{8}T\d{6}\.csv"$/),
      'x-content-type-options': 'nosniff',
      'ringback-export-limit': '100000',
    });
    expect(text).not.toContain('hush');
    const [head = [], ...records] = readCsv(text);
    expect(records.every((record) => record.length === head.length)).toBe(true);
    const column = (name: string) => records.map((record) => record[head.indexOf(name)]);
    expect(column('id').sort()).toEqual([...ids].sort());
    for (const field of records.flat()) expect(field).not.toMatch(/^[=+\-@\t\r]/);
    const risky = (value: string) => (/^[=+\-@]/.test(value) ? `'${value}` : value);
    expect(column('labels').sort()).toEqual(hostile.map((value) => risky(`${value}; ${label}`)).sort());
    expect(column('errorMessage').filter(Boolean).sort()).toEqual(
      ["'\t=1", "'\r=1", "'=cmd|' /C calc'!A0", 'two\r\nlines'].sort(),
    );
    expect(new Set(column('url')).size).toBe(1);
    // A line break within a field is quoted, and none ends a record early.
    expect(text.split('\r\n').length).toBe(ids.length + 3);
  });

  it('as JSON is what the list shows, in its order', async () => {
    const label = randomUUID();
    await jobs(label, 2_500);
    const { headers, trailers, text } = await get(`/v1/jobs/export?format=json&label=${label}`);
    expect(headers['content-type']).toContain('application/json');
    const exported = JSON.parse(text) as JobSummary[];
    expect(exported).toHaveLength(2_500);
    expect(new Set(exported.map((job) => job.id)).size).toBe(2_500);
    const { body } = await ringback.call<JobPage>('jobs.list', { label, limit: 100 }, { query: true });
    expect(exported.slice(0, 100)).toEqual(body.result.data.jobs);
    expect(trailers).toEqual({ 'ringback-export-truncated': 'false' });
    expect(JSON.parse((await get('/v1/jobs/export?format=json&label=nowhere')).text)).toEqual([]);
    expect(readCsv((await get('/v1/jobs/export?label=nowhere')).text)).toHaveLength(1);
  });

  it('stops at its limit and says so, and goes as far as it must for what is rare', async () => {
    const label = randomUUID();
    await jobs(label, 25_000);
    const { rows } = await ringback.db.pool.query<{ id: string }>(
      'select id from job where $1 = any(labels) order by id limit 1',
      [label],
    );
    await ringback.db.pool.query(`update job set method = 'BREW' where id = $1`, [rows[0]?.id]);
    const deps = { db: ringback.db, now: Date.now };
    const sizes = async (filter: object, limit?: number) => {
      const { jobs: parts, truncated } = exportJobs(deps, project, filter, limit === undefined ? {} : { limit });
      let count = 0;
      let largest = 0;
      for await (const part of parts) {
        count += part.length;
        largest = Math.max(largest, part.length);
      }
      return { count, truncated: truncated(), inPieces: largest <= 1_000 };
    };
    expect(await sizes({ label }, 3_210)).toEqual({ count: 3_210, truncated: true, inPieces: true });
    expect(await sizes({ label }, 25_000)).toEqual({ count: 25_000, truncated: false, inPieces: true });
    expect(await sizes({ method: 'BREW' })).toEqual({ count: 1, truncated: false, inPieces: true });
  });

  it('that finds nothing looks no further when its caller has gone', async () => {
    await jobs(randomUUID(), 45_000);
    const searches = async (isGone: boolean) => {
      const gone = new AbortController();
      let count = 0;
      const query: Db['query'] = (text, values) => {
        count += 1;
        if (isGone) gone.abort();
        return ringback.db.query(text, values);
      };
      const deps = { db: { ...ringback.db, query }, now: Date.now };
      const { jobs: parts, truncated } = exportJobs(deps, project, { method: 'NONE' }, { signal: gone.signal });
      for await (const part of parts) expect(part).toEqual([]);
      return { count, truncated: truncated() };
    };
    const whole = await searches(false);
    expect(whole).toEqual({ count: expect.any(Number), truncated: false });
    expect(whole.count).toBeGreaterThan(4);
    expect(await searches(true)).toEqual({ count: 2, truncated: true });
  });

  it('is one of two at most for one caller and of four for all, until they have ended or gone', async () => {
    const label = randomUUID();
    await jobs(label, 40_000);
    const newKey = async () =>
      (await ringback.call<{ secret: string }>('apiKeys.create', { name: 'x', scopes: ['jobs:read'] })).body.result.data
        .secret;
    const [one, two, three] = [await newKey(), await newKey(), await newKey()];
    const begin = async (key: string, query = `format=json&label=${label}`) => {
      const stop = new AbortController();
      const response = await ringback.rest('GET', `/v1/jobs/export?${query}`, { key, signal: stop.signal });
      return { status: response.status, text: () => response.text(), stop: () => stop.abort() };
    };
    const under = [await begin(one), await begin(one)];
    const refused = await begin(one);
    expect([...under, refused].map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(JSON.parse(await refused.text())).toMatchObject({ code: 'rate_limited' });
    expect((await begin(one, 'state=slow')).status).toBe(400);
    under.push(await begin(two), await begin(two));
    expect((await begin(three)).status).toBe(429);
    for (const { stop } of under) stop();
    for (const key of [one, three]) await expect.poll(async () => (await begin(key, 'label=none')).status).toBe(200);
  });

  it('is refused for wrong filters before anything is sent, and without the right', async () => {
    for (const query of ['format=xml', 'status=slow', 'rerunOf=key_1', 'limit=5', 'cursor=x', 'nothing=1']) {
      const { status, headers } = await get(`/v1/jobs/export?${query}`);
      expect([query, status, headers['content-type']]).toEqual([query, 400, 'application/problem+json; charset=utf-8']);
    }
    const key = await ringback.call<{ secret: string }>('apiKeys.create', { name: 'c', scopes: ['callbacks:admin'] });
    expect((await ringback.rest('GET', '/v1/jobs/export', { key: key.body.result.data.secret })).status).toBe(403);
    expect((await ringback.rest('GET', '/v1/jobs/export', { key: null })).status).toBe(401);
  });

  it('is cut off, not ended, when something breaks on the way', async () => {
    const label = randomUUID();
    await jobs(label, 20_000);
    const stop = new AbortController();
    const response = await ringback.rest('GET', `/v1/jobs/export?label=${label}`, { signal: stop.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    await ringback.db.pool.query('alter table job rename column recent to recent_was');
    try {
      const rest = async () => {
        while (!(await reader?.read())?.done);
      };
      await expect(rest()).rejects.toThrow();
    } finally {
      await ringback.db.pool.query('alter table job rename column recent_was to recent');
    }
  });
});
