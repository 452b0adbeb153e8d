import type { Db } from '#src/store/db/database.ts';
import { type FullJobRow, jobColumns, requestColumns, resultSize, streamText } from './job-row.ts';
import type { AttemptRow, DeliveryListRow } from './read-attempts.ts';

/** A job as its page needs it: only the beginning of the result, and only the presence of body and secrets. */
export type ViewJobRow = FullJobRow & {
  result_size: number | null;
  api_key_name: string | null;
  /** Name that the job's upstream has now; null: it has none, or the upstream was removed. */
  upstream_name: string | null;
  body_kept: boolean;
  body_erase_at: Date | null;
  secrets_kept: boolean;
  secrets_erase_at: Date | null;
  model: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
};

export async function findViewJob(
  db: Db,
  projectId: string,
  id: string,
  bodyBytes: number,
): Promise<ViewJobRow | undefined> {
  const rows = await db.run<ViewJobRow>(
    'find_view_job',
    `select ${jobColumns}, ${requestColumns}, r.status as result_status, r.headers as result_headers, r.content_type,
       substring(case when r.stream_bytes is null then r.body else ${streamText} end from 1 for $3) as result_body,
       ${resultSize} as result_size, r.truncated, r.expires_at,
       k.name as api_key_name, b.job_id is not null as body_kept, b.erase_at as body_erase_at,
       s.sealed is not null as secrets_kept, s.erase_at as secrets_erase_at, c.model, c.input_tokens, c.output_tokens,
       u.name as upstream_name
     from job j join job_request q on q.job_id = j.id left join result r on r.job_id = j.id
       left join api_key k on k.id = j.api_key_id and k.project_id = j.project_id
       left join job_body b on b.job_id = j.id left join job_secret s on s.job_id = j.id
       left join model_call c on c.job_id = j.id left join upstream u on u.id = j.upstream_id and u.project_id = j.project_id
     where j.project_id = $1 and j.id = $2`,
    [projectId, id, bodyBytes],
  );
  return rows[0];
}

export type AttemptLineRow = Omit<
  AttemptRow,
  'headers' | 'body' | 'body_size' | 'redirects' | 'remote_address' | 'worker'
>;

/** Returns attempts of jobs or deliveries without responses, in order. A job may have a thousand attempts. */
export function findAttemptLines(db: Db, ownerIds: string[]): Promise<AttemptLineRow[]> {
  return db.run<AttemptLineRow>(
    'find_attempt_lines',
    `select owner_id, n, id, started_at, ended_at, outcome, status, failure, timings, decision
     from attempt where owner_id = any($1::uuid[]) order by owner_id, n`,
    [ownerIds],
  );
}

/** Returns one attempt in full; without a number, the last one. */
export async function findAttempt(db: Db, ownerId: string, n: number | null): Promise<AttemptRow | undefined> {
  const rows = await db.run<AttemptRow>(
    'find_attempt',
    `select owner_id, n, id, started_at, ended_at, outcome, status, headers, body, body_size, failure, timings, redirects,
       remote_address, worker, decision
     from attempt where owner_id = $1 and ($2::int is null or n = $2) order by n desc limit 1`,
    [ownerId, n],
  );
  return rows[0];
}

export type DeliveryLineRow = DeliveryListRow & {
  endpoint_id: string | null;
  endpoint_name: string | null;
  /** True if `ringback listen` made the endpoint. */
  listener: boolean;
};

/** Returns a job's deliveries with the endpoints they go to, oldest first. */
export function findDeliveryLines(db: Db, jobId: string): Promise<DeliveryLineRow[]> {
  return db.run<DeliveryLineRow>(
    'find_delivery_lines',
    `select d.id, d.event_id, d.type, d.state, d.url, d.attempt_count, d.next_attempt_at, d.created_at, d.ended_at, d.error,
       d.endpoint_id, e.name as endpoint_name,
       exists (select 1 from listener l where l.endpoint_id = d.endpoint_id) as listener
     from delivery d left join endpoint e on e.id = d.endpoint_id and e.deleted_at is null
     where d.job_id = $1 and d.terminal or d.job_id = $1 and not d.terminal order by d.id`,
    [jobId],
  );
}

/**
 * Returns the newest rerun of this job. It searches only the newest 1,000 jobs of the same host, so that a page costs
 * the same however many jobs there are.
 */
export async function findRerun(db: Db, job: { projectId: string; host: string; id: string }): Promise<string | null> {
  const rows = await db.run<{ id: string }>(
    'find_rerun',
    `select id from (
       select id, rerun_of from job where project_id = $1 and host = $2 and id > $3 order by id desc limit 1000
     ) newest where rerun_of = $3 order by id desc limit 1`,
    [job.projectId, job.host, job.id],
  );
  return rows[0]?.id ?? null;
}
