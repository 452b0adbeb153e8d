import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statRanges } from '#src/contract/stats/stat-range.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { pace } from '#src/engine/pace.ts';
import { exportJobs } from '#src/engine/read/export-jobs.ts';
import { endpointGlances } from '#src/engine/stats/endpoint-glances.ts';
import { endpointStats } from '#src/engine/stats/endpoint-stats.ts';
import { metrics } from '#src/engine/stats/metrics.ts';
import { nowCounts, overview } from '#src/engine/stats/overview.ts';
import { upstreamUsage } from '#src/engine/upstream/upstream-usage.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { countDeliveries } from '#src/store/delivery/count-deliveries.ts';
import { type DeliveryFilter, listDeliveries } from '#src/store/delivery/list-deliveries.ts';
import { countResendable } from '#src/store/delivery/resendable.ts';
import { findKnownValues, findMetadataValues, findNewestMetadata } from '#src/store/job/find-known-values.ts';
import { type JobFilter, noJobFilter } from '#src/store/job/job-filter-parts.ts';
import { findMetadataTexts } from '#src/store/job/job-metadata.ts';
import { countJobs, listJobs } from '#src/store/job/list-jobs.ts';
import { findAttemptPlace, findAttempts, findDeliveries } from '#src/store/job/read-attempts.ts';
import { findJobs } from '#src/store/job/read-jobs.ts';
import { findDeliveryLines } from '#src/store/job/view-job.ts';
import { listOperations } from '#src/store/operation/operation-rows.ts';
import {
  deleteOldAttempts,
  deleteOldDeliveries,
  deleteOldJobs,
  previewOutlived,
  previewResults,
} from '#src/store/retention/project-retention.ts';
import type { PageWanted } from '#src/store/search/stretch.ts';
import { countUsage, findLimitHeaders, type UsageWindow } from '#src/store/upstream/usage-rows.ts';
import { type Seeded, seedDashboard } from '#test/bench/seed.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { knownFields, pairsOf, plannedFilters } from '#test/support/plan-filters.ts';
import { plansOf as bothPlansOf } from '#test/support/plans.ts';

const big = '00000000-0000-7000-8000-00000000000a';
const unknown = '00000000-0000-7000-8000-0000000000ff';
const bigFlow = '00000000-0000-8000-8000-0000000000f1';
const oldFlow = '00000000-0000-8000-8000-0000000000f2';
const bigOperation = '00000000-0000-7000-8000-0000000000c1';
const bigUpstream = '00000000-0000-7000-8000-0000000000a1';
const oldUpstream = '00000000-0000-7000-8000-0000000000a2';

let database: TestDatabase;
let db: Db;
let seeded: Seeded;
let someJob = '';

beforeAll(async () => {
  database = await makeTestDatabase();
  // As the server that Ringback runs itself is set.
  db = makeDb(`${database.url}?options=-c%20random_page_cost%3D1.1`, { max: 3, name: 'plans', queryTimeoutMs: 60_000 });
  seeded = await seedDashboard((text, values) => db.pool.query(text, values), { jobs: 50_000, big });
  await putIntoFlows();
  await sendToUpstreams();
  await nameFailures();
  await operateOnMany();
  const { rows } = await db.pool.query<{ id: string }>('select id from job where project_id = $1 limit 1', [big]);
  someJob = rows[0]?.id ?? '';
}, 180_000);
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** Puts every third job into a large flow, and some old ones into a small flow. */
async function putIntoFlows(): Promise<void> {
  await db.pool.query(
    `update job set flow_id = $1 where project_id = $2 and right(id::text, 1) in ('0', '3', '6', '9', 'c')`,
    [bigFlow, big],
  );
  await db.pool.query(
    'update job set flow_id = $1 where id in (select id from job where project_id = $2 order by id limit 20)',
    [oldFlow, big],
  );
  await db.pool.query('vacuum (analyze) job');
}

/** Gives an operation every second job, and every third delivery. */
async function operateOnMany(): Promise<void> {
  for (const [table, digits] of [
    ['job', '02468ace'],
    ['delivery', '0369c'],
  ])
    await db.pool.query(
      `insert into operation_item (operation_id, item_id) select $1, id from ${table} where strpos($2, right(id::text, 1)) > 0`,
      [bigOperation, digits],
    );
  await db.pool.query('vacuum (analyze) operation_item');
}

/** Gives every failed job and delivery the name of its kind of failure. */
async function nameFailures(): Promise<void> {
  const named = `set failure = 'api.openai.com ' || coalesce(status::text, 'timeout') where state = 'failed'`;
  for (const table of ['job', 'delivery']) await db.pool.query(`update ${table} ${named}`);
}

/** Makes every fourth job a call of a model at a large upstream, and some old ones jobs of another. */
async function sendToUpstreams(): Promise<void> {
  for (const [id, name] of [
    [bigUpstream, 'openai'],
    [oldUpstream, 'old'],
  ])
    await db.pool.query(
      `insert into upstream (id, project_id, name, base_url, format, headers) values ($1, $2, $3, 'https://api.openai.com/v1', 'openai', '{}')`,
      [id, big, name],
    );
  await db.pool.query(
    `update job set upstream_id = $1, gateway = 'responses' where project_id = $2 and right(id::text, 1) in ('1', '5', 'a', 'f')`,
    [bigUpstream, big],
  );
  await db.pool.query(
    'update job set upstream_id = $1 where id in (select id from job where project_id = $2 order by id limit 20)',
    [oldUpstream, big],
  );
  await db.pool.query(
    `insert into model_call (job_id, project_id, model, input_tokens, output_tokens)
     select id, project_id, case when right(id::text, 2) = '1f' then 'rare' else 'gpt-5' end, 400, 300 from job where gateway is not null`,
  );
  for (const table of ['job', 'model_call', 'upstream']) await db.pool.query(`vacuum (analyze) ${table}`);
}

const bigTables = /Seq Scan on (job|job_request|attempt|delivery|result|model_call|operation_item)\b/;

/** Runs something and answers the plan of every statement it made, for the values it made it with. */
async function plansOf(act: (db: Db) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  const explained =
    (runner: Pick<Db, 'query'>) =>
    async (text: string, values: unknown[] = []) => {
      if (/^\s*(select|with)\b/i.test(text)) {
        const rows = await runner.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      }
      return runner.query(text, values);
    };
  const watched = (runner: Pick<Db, 'query'>) => ({
    query: explained(runner),
    run: (_name: string, text: string, values?: unknown[]) => explained(runner)(text, values),
  });
  const transaction: Db['transaction'] = (work) => db.transaction((tx) => work({ ...tx, ...watched(tx) } as typeof tx));
  await act({ ...db, ...watched(db), transaction } as Db);
  expect(plans.length).toBeGreaterThan(0);
  return plans;
}

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const page: PageWanted = { limit: 21, beforeId: null, afterId: null, direction: 'older' };

const filters = plannedFilters({ unknown, bigOperation, bigFlow, oldFlow, bigUpstream });
const combinations = pairsOf(filters);

const jobFilter = (projectId: string, filter: Partial<JobFilter>): JobFilter => ({
  ...noJobFilter,
  projectId,
  ...filter,
});

describe('on 50,000 jobs and what hangs on them, no table is read from end to end', () => {
  it('which would show, if one were', async () => {
    const plans = await plansOf((watched) =>
      watched.query(`select * from job t where strpos(lower(t.url), 'nowhere') > 0 order by t.created_at limit 20`),
    );
    expect(plans[0]).toMatch(bigTables);
  });

  it.each(combinations)('by listing and counting %s', async (_what, filter) => {
    for (const projectId of [seeded.big, seeded.small]) {
      const wanted = jobFilter(projectId, filter);
      const plans = await plansOf(async (watched) => {
        await listJobs(watched, wanted, page);
        await countJobs(watched, wanted, 1_000);
      });
      for (const plan of plans) expect(plan).not.toMatch(bigTables);
    }
  });

  it.each(Object.entries(filters))(
    'by looking for what is newer, a page further on, and by %s',
    async (_what, filter) => {
      const wanted = jobFilter(seeded.big, filter);
      const plans = await plansOf(async (watched) => {
        await listJobs(watched, wanted, { ...page, beforeId: someJob });
        await listJobs(watched, wanted, { ...page, afterId: someJob, direction: 'newer' });
        await listJobs(
          watched,
          wanted,
          { ...page, afterId: someJob, direction: 'newer' },
          { columns: 't.id, t.created_at', most: 2_000 },
        );
      });
      for (const plan of plans) expect(plan).not.toMatch(bigTables);
    },
  );

  it('by exporting', async () => {
    const plans = await plansOf(async (watched) => {
      const { jobs } = exportJobs({ db: watched, now: Date.now }, seeded.big, { text: '/things/7', state: 'failed' });
      for await (const _part of jobs);
    });
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
  });

  const none = { states: [], endpointId: null, jobId: null, type: null, from: null, to: null };
  const deliveries: [string, Partial<DeliveryFilter>][] = [
    ['nothing', {}],
    ['a state', { states: ['failed'] }],
    ['several states', { states: ['failed', 'skipped', 'pending'] }],
    ['the most common state', { states: ['delivered'] }],
    ['an endpoint', { endpointId: '00000000-0000-7000-8000-0000000000e1' }],
    ['an endpoint and a state', { endpointId: '00000000-0000-7000-8000-0000000000e1', states: ['skipped'] }],
    ['an endpoint by its name', { endpointName: 'seeded' }],
    ['an endpoint by its name, and a state', { endpointName: 'seeded', states: ['skipped'] }],
    ['a name that no endpoint has', { endpointName: 'nobody' }],
    ['a type', { type: 'job.failed' }],
    ['a type that never occurs', { type: 'endpoint.disabled' }],
    ['a job', { jobId: unknown }],
    ['a day long ago', { from: ago(25), to: ago(24) }],
    ['a state long ago', { from: ago(25), to: ago(24), states: ['failed'] }],
    ['a delivery', { id: unknown }],
    ['an event', { eventId: unknown }],
    ['an attempt', { ownerId: unknown }],
    ['a status', { statusRange: [500, 500] }],
    ['a class of statuses', { statusRange: [500, 599] }],
    ['a good status that never occurs', { statusRange: [202, 202] }],
    ['a kind of failure', { errorCodes: ['dns_error', 'timeout'] }],
    ['an attempt that failed in the last hour', { attemptFailedFrom: ago(1 / 24) }],
    [
      'an attempt that failed on a day long ago',
      { attemptFailedFrom: ago(25), attemptFailedTo: ago(24), states: ['failed'] },
    ],
    ['an operation', { operationId: bigOperation }],
    ['an operation and a state', { operationId: unknown, states: ['delivered'] }],
    ['text', { text: 'hook' }],
    ['text that is nowhere and open', { text: 'nowhere', states: ['pending', 'in_progress', 'retrying'] }],
  ];

  it.each(deliveries)('by listing and counting deliveries of %s', async (_what, filter) => {
    const wanted: DeliveryFilter = { ...none, projectId: seeded.big, ...filter };
    const plans = await plansOf(async (watched) => {
      await listDeliveries(watched, wanted, page);
      await listDeliveries(watched, wanted, { ...page, afterId: someJob, direction: 'newer' });
      await countDeliveries(watched, wanted, 10_000);
    });
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
  });

  it.each(knownFields)('by offering what is known of a %s', async (field) => {
    const plans = await bothPlansOf(db, async (tx) => {
      const asked = { projectId: seeded.big, text: 'api', limit: 30 };
      await findKnownValues(tx as unknown as Db, field, asked);
    });
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on (job|delivery|line|model_call)\b/);
  });

  it('by reading metadata', async () => {
    const plans = await bothPlansOf(db, async (tx) => {
      const asked = { projectId: seeded.big, text: '4', limit: 30 };
      await findMetadataValues(tx as unknown as Db, ['customer', 'id'], asked);
      await findNewestMetadata(tx as unknown as Db, seeded.big);
      await findMetadataTexts(tx as unknown as Db, [someJob], [['customer', 'id']]);
    });
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
  });

  it("by reading a job's page and the operations", async () => {
    const plans = await plansOf(async (watched) => {
      await findJobs(watched, seeded.big, [someJob]);
      const sent = await findDeliveries(watched, someJob);
      await findAttempts(watched, [someJob, ...sent.map((one) => one.id)]);
      await findDeliveryLines(watched, someJob);
      await findAttemptPlace(watched, seeded.big, unknown);
      await listOperations(watched, { projectId: seeded.big, beforeId: null, state: null, limit: 21 });
    });
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
  });

  it('by summing up: the overview, the counts of the frame, an endpoint, and metrics', async () => {
    const plans = await plansOf(async (watched) => {
      for (const range of statRanges) await overview({ db: watched, pace }, seeded.big, { range });
      const own = { from: ago(1).toISOString(), to: ago(0.9).toISOString() };
      await overview({ db: watched, pace }, seeded.big, own);
      await nowCounts({ db: watched }, seeded.big);
      await endpointStats({ db: watched }, seeded.big, formatId('end', seeded.endpointId), { range: '24h' });
      await metrics({ db: watched, pace });
      await endpointGlances({ db: watched } as unknown as Parameters<typeof endpointGlances>[0], seeded.big);
    });
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
  });

  it.each(['failed', 'skipped'] as const)('by counting what of an endpoint is sent again, %s', async (state) => {
    const range = { since: new Date(0), until: new Date(), afterId: null };
    const filter = { endpointId: seeded.endpointId, states: [state], ...range };
    const plans = await bothPlansOf(db, (tx) => countResendable(tx, filter, readLimits.countedRows + 1));
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
  });

  it.each(['1h', '24h', '7d'] as const)('by summing up the use of an upstream over %s', async (range) => {
    const plans: string[] = [];
    const explained = (watched: Db) => upstreamUsage({ db: watched, now: Date.now }, big, { id: 'openai', range });
    plans.push(...(await plansOf(explained)));
    const usage: UsageWindow = {
      ...{ upstreamId: bigUpstream, stepMs: 60_000, most: readLimits.countedRows },
      ...{ firstId: '01900000-0000-7000-8000-000000000000', fromId: '01900000-0000-7000-8000-000000000000' },
      endId: 'ffffffff-ffff-7fff-bfff-ffffffffffff',
    };
    plans.push(...(await bothPlansOf(db, (tx) => countUsage(tx, usage))));
    plans.push(
      ...(await bothPlansOf(db, (tx) => findLimitHeaders(tx, { ...usage, endedFrom: ago(7), endedTo: new Date() }))),
    );
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
    expect(plans.filter((plan) => plan.includes('job_upstream_idx')).length).toBeGreaterThanOrEqual(4);
  });

  it('by clearing what is old, and by counting what would be', async () => {
    const old = { projectId: seeded.big, beforeId: '01900000-0000-7000-8000-000000000000', days: 3_000 };
    const plans = await plansOf(async (watched) => {
      await deleteOldJobs(watched, old, '00000000-0000-7000-8000-000000000000');
      await deleteOldDeliveries(watched, old, '00000000-0000-7000-8000-000000000000');
      await deleteOldAttempts(watched, old, '00000000-0000-7000-8000-000000000000');
      await previewOutlived(watched, 'jobs', old);
      await previewOutlived(watched, 'deliveries', old);
      await previewOutlived(watched, 'attempts', old);
      await previewResults(watched, seeded.big);
    });
    for (const plan of plans) expect(plan).not.toMatch(bigTables);
  });
});

it('a search looks at a bounded number of rows, and finds what it says it has looked at', async () => {
  const wanted = jobFilter(seeded.big, { method: 'BREW' });
  const first = await listJobs(db, wanted, page);
  expect(first.rows).toEqual([]);
  const newest = await listJobs(db, jobFilter(seeded.big, {}), { ...page, limit: 10_000 });
  expect(first.end?.id).toBe(newest.rows.at(-1)?.id);
  let beforeId: string | null = null;
  let searches = 0;
  for (;;) {
    const { rows, end }: Awaited<ReturnType<typeof listJobs>> = await listJobs(db, wanted, { ...page, beforeId });
    expect(rows).toEqual([]);
    searches++;
    if (end === null) break;
    beforeId = end.id;
  }
  expect(searches).toBe(6);
});
