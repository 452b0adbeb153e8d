import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import type { ClaimTrace } from '#src/engine/pump/pump.ts';
import { makeProjectRetention } from '#src/engine/retain/retain.ts';
import { retentionDefaults } from '#src/engine/retain/retention-settings.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import type { Db } from '#src/store/db/database.ts';
import { noJobFilter } from '#src/store/job/job-filter-parts.ts';
import { listJobs } from '#src/store/job/list-jobs.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let deps: ServerDeps;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ worker: false }), startTarget()]);
  deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
});
afterAll(async () => {
  await deps.queue.stop();
  await deps.db.close();
  await ringback.close();
  await target.close();
});

const sql = async (text: string, values: unknown[] = []) => (await ringback.db.pool.query(text, values)).rows;

/** The milliseconds between the end of each claim of jobs and the beginning of the next one, as they come. */
function restsBetweenClaims(): number[] {
  const rests: number[] = [];
  let endedAt: number | undefined;
  const note = (message: unknown) => {
    const { name, tookMs } = message as ClaimTrace;
    if (name !== 'jobs') return;
    const now = performance.now();
    if (endedAt !== undefined) rests.push(now - tookMs - endedAt);
    endedAt = now;
  };
  subscribe('ringback:claim', note);
  onTestFinished(() => void unsubscribe('ringback:claim', note));
  return rests;
}

it('a job behind many messages that lead nowhere starts at once', async () => {
  const jobs = Array.from({ length: 1_000 }, (_, i) => ({ url: `${target.url}/json?stale=${i}` }));
  for (let n = 0; n < 3; n++) await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
  // As cancelling them leaves it: the rows have ended, their messages wait on.
  await sql(`update job set state = 'cancelled', ended_at = now(), next_attempt_at = null, admitted_at = null`);
  const job = await ringback.call<SubmittedJob>('jobs.submit', { url: `${target.url}/json` });
  const rests = restsBetweenClaims();
  await ringback.startWorker();
  onTestFinished(() => ringback.stopWorker());
  const { id } = job.body.result.data;
  const done = (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as SubmittedJob;
  expect(done.state).toBe('completed');
  // It goes from one claim to the next, though most find no work. By itself it would look each half second.
  expect(rests.length).toBeGreaterThan(10);
  expect(rests.toSorted((a, b) => a - b)[Math.floor(rests.length / 2)]).toBeLessThan(50);
});

const clear = () => makeProjectRetention(deps, retentionDefaults(30))();

it('a job past its retention stays, with its result, while its callback has not ended', async () => {
  const id = uuidV7(Date.now() - 40 * 86_400_000, crypto.getRandomValues(new Uint8Array(16)));
  const [project] = await sql('select id from project');
  await sql(
    `with j as (insert into job (id, project_id, state, method, url, host, labels, max_attempts, ended_at)
                values ($1, $2, 'completed', 'GET', 'http://x.test/', 'x.test', '{}', 1, now() - interval '35 days')),
          q as (insert into job_request (job_id, headers, options) values ($1, '[]', '{}'))
     insert into delivery (id, project_id, job_id, event_id, type, terminal, receiver, url, payload, state, next_attempt_at)
     values ($3, $2, $1, $3, 'job.completed', true, 'url', 'http://x.test/', 'full', 'retrying', now() + interval '1 day')`,
    [id, project?.id, randomUUID()],
  );
  await clear();
  expect(await sql('select 1 as n from job where id = $1', [id])).toHaveLength(1);
  // And when it has, all of it goes: nothing is left behind for ever.
  await sql(`update delivery set state = 'failed', ended_at = now(), next_attempt_at = null where job_id = $1`, [id]);
  await clear();
  expect(
    await sql('select 1 as n from delivery where job_id = $1 union all select 1 from job where id = $1', [id]),
  ).toEqual([]);
});

it('listing a time long ago reads only what is of that time', async () => {
  const [project] = await sql('select id from project');
  await sql(
    `insert into job (id, project_id, state, method, url, host, labels, max_attempts, created_at, ended_at)
     select (lpad(to_hex((extract(epoch from now() - n * interval '1 min') * 1000)::bigint), 12, '0') || '70008000'
             || lpad(to_hex(n), 12, '0'))::uuid, $1, 'completed', 'GET', 'http://x.test/', 'x.test', '{}', 1,
            now() - n * interval '1 min', now() from generate_series(1, 50000) as n`,
    [project?.id],
  );
  await sql('analyze job');
  const explained: string[] = [];
  const query = async (text: string, values: unknown[]) => {
    for (const row of await sql(`explain ${text}`, values)) explained.push(row['QUERY PLAN'] as string);
    return [];
  };
  const filter = { ...noJobFilter, projectId: project?.id as string, from: new Date(0), to: new Date(86_400_000) };
  const page = { limit: 21, beforeId: null, afterId: null, direction: 'older' } as const;
  await listJobs({ query } as unknown as Db, filter, page);
  expect(explained.join('\n')).not.toMatch(/Seq Scan on job\b/);
});
