import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { disableEndpoint } from '#src/engine/endpoint/endpoints.ts';
import { cancelJob } from '#src/engine/settle/cancel.ts';
import { expireOverdue } from '#src/engine/settle/expire.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
/** The parts of a process that has a single connection. */
let deps: ServerDeps;
let projectId: string;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  deps = await makeServerDeps({ ...ringback.config, dbPool: 1 }, makeLog({ logLevel: 'silent', logFormat: 'json' }));
  const calls = endpointCalls(ringback);
  const events = ['job.completed', 'job.failed', 'job.cancelled', 'endpoint.disabled'];
  await calls.make({ url: 'http://127.0.0.1:59999/', projectWide: true, events });
  projectId = (await ringback.db.pool.query('select project_id from endpoint')).rows[0].project_id;
});
beforeEach(() => deps.receivers.forget());
afterAll(async () => {
  await deps.queue.stop();
  await deps.db.close();
  await ringback.close();
});

async function submit(): Promise<string> {
  const input = { url: 'http://127.0.0.1:59999/', delaySeconds: 3_600 };
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  return parseId('job', body.result.data.id) as string;
}

async function told(jobId: string): Promise<string[]> {
  const { rows } = await ringback.db.pool.query('select type from delivery where job_id = $1', [jobId]);
  return rows.map(({ type }) => type);
}

it('a job past its deadline is failed and reported over the connection that its transaction holds', async () => {
  const job = await submit();
  await ringback.db.pool.query('update job set deadline_at = now() where id = $1', [job]);
  expect(await expireOverdue(deps)).toBe(1);
  expect(await told(job)).toEqual(['job.failed']);
});

it('a cancelled one likewise', async () => {
  const job = await submit();
  expect((await cancelJob(deps, projectId, job)).state).toBe('cancelled');
  expect(await told(job)).toEqual(['job.cancelled']);
});

it('and that an endpoint is disabled', async () => {
  const other = await endpointCalls(ringback).make({ url: 'http://127.0.0.1:59999/' });
  expect((await disableEndpoint(deps, projectId, other.id)).state).toBe('disabled');
  const { rows } = await ringback.db.pool.query(`select 1 from delivery where type = 'endpoint.disabled'`);
  expect(rows).toHaveLength(1);
});
