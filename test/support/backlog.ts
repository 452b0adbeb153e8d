import { parseId } from '#src/domain/text/id.ts';
import type { TestRingback } from './ringback.ts';

const atOnce = 10_000;

/**
 * Inserts ended jobs whose events wait for an endpoint, as many submits would have left them: due now, and without a
 * message yet. It writes them in bulk, because submitting such a backlog would take too long.
 */
export async function seedBacklog(ringback: TestRingback, endpointId: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= atOnce) await seed(ringback, endpointId, Math.min(left, atOnce));
  await ringback.db.pool.query('analyze job, job_request, delivery, endpoint');
}

async function seed(ringback: TestRingback, endpointId: string, count: number): Promise<void> {
  await ringback.db.pool.query(
    `with seeded as (
       select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid as id, n
       from generate_series(1, $2::int) as n
     ), jobs as (
       insert into job (id, project_id, state, method, url, host, labels, max_attempts, attempt_count, created_at, started_at, ended_at, status)
       select s.id, e.project_id, 'completed', 'GET', 'http://seeded.test/' || s.n, 'seeded.test', '{}', 25, 1, now(), now(), now(), 200
       from seeded s, endpoint e where e.id = $1 returning id, project_id
     ), requests as (
       insert into job_request (job_id, headers, options) select id, '[]', '{}' from jobs
     )
     insert into delivery (id, project_id, job_id, endpoint_id, event_id, type, terminal, receiver, url, headers, payload, state, next_attempt_at)
     select gen_random_uuid(), j.project_id, j.id, e.id, j.id, 'job.completed', true, e.id::text, e.url, '{}', 'full', 'pending', now()
     from jobs j, endpoint e where e.id = $1`,
    [parseId('end', endpointId), count],
  );
}
