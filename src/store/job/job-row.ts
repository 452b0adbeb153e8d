import type { JobError } from '#src/domain/decide/decision.ts';
import type { JobState, WaitReason } from '#src/domain/decide/job-state.ts';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import type { JobOptions, ShownHeader, StoredCallback } from './job-options.ts';

/** A row of `job`, as PostgreSQL names its columns. */
export type JobRow = {
  id: string;
  project_id: string;
  state: JobState;
  wait_reason: WaitReason | null;
  method: string;
  url: string;
  host: string;
  labels: string[];
  attempt_count: number;
  interruption_count: number;
  max_attempts: number;
  retries: Record<string, number> | null;
  recent: string;
  created_at: Date;
  run_at: Date | null;
  deadline_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  next_attempt_at: Date | null;
  claim_id: string | null;
  claimed_by: string | null;
  claimed_at: Date | null;
  status: number | null;
  /** Error of a failed job; or of the last attempt, while the job goes on. */
  error: JobError | null;
  result_expires_at: Date | null;
  idempotency_key: string | null;
  rerun_of: string | null;
  priority: number;
  /** Line of the job's flow; null: it has none. */
  flow_id: string | null;
  /** Run that the job belongs to; null: none. */
  run_id: string | null;
  /** Gateway that took the job as a call of its API, such as `responses`; null: a plain job. */
  gateway: string | null;
  /** Upstream that the job was made for; null: none. */
  upstream_id: string | null;
};

/** Returns true if a job is a turn of a run. A request of a run has an idempotency key, and a turn has none. */
export function isTurn(job: Pick<JobRow, 'run_id' | 'idempotency_key'>): boolean {
  return job.run_id !== null && job.idempotency_key === null;
}

/** Returns true if a job is also a model response, `resp_` with the job's own UUID. */
export function isModelResponse({ gateway }: Pick<JobRow, 'gateway'>): boolean {
  return gateway === 'responses';
}

/** A row of `job_request`. */
export type RequestRow = {
  headers: ShownHeader[];
  options: JobOptions;
  metadata: JsonValue;
  callback: StoredCallback | null;
};

/** A row of `result`, under names that do not clash with the job's. */
export type ResultRow = {
  result_status: number;
  result_headers: ShownHeader[];
  content_type: string | null;
  result_body: Buffer;
  /** Length of a body that was not loaded, because the caller does not need it. */
  result_size?: number | null;
  truncated: boolean;
  expires_at: Date;
};

/** A job with everything that its view needs. The result's fields are null if no result is kept. */
export type FullJobRow = JobRow & RequestRow & (ResultRow | { [K in keyof ResultRow]: null });

/**
 * State of a job, for a table alias `j`. A scheduled job whose time has come is queued, although nothing was written at
 * that time. All readers use the database's clock. Otherwise a client could hear of a change and then not see it.
 */
export const jobState = `case when j.state = 'scheduled' and j.next_attempt_at <= now() then 'queued' else j.state end`;

/** Columns of `JobRow`, for a table alias `j`. */
export const jobColumns = `j.id, j.project_id, ${jobState} as state, j.wait_reason, j.method, j.url, j.host, j.labels, j.attempt_count,
  j.interruption_count, j.max_attempts, j.retries, j.recent, j.created_at, j.run_at, j.deadline_at, j.started_at, j.ended_at,
  j.next_attempt_at, j.claim_id, j.claimed_by, j.claimed_at, j.status, j.error, j.result_expires_at, j.idempotency_key, j.rerun_of, j.priority, j.flow_id, j.run_id, j.gateway,
  j.upstream_id`;

/**
 * Text of the events of a job whose result is the text of its stream, as bytes, for a result with the alias `r`. It is the
 * same text as that of `eventText`. Events of an attempt before may not be deleted yet, and are left out.
 */
export const streamText = `(select convert_to(coalesce(string_agg(coalesce('event: ' || e.name || e'\\n', '') || 'data: '
    || replace(e.data, e'\\n', e'\\ndata: ') || e'\\n\\n', '' order by e.seq), ''), 'UTF8')
  from job_stream s join job_event e on e.job_id = s.job_id and e.seq >= s.first_seq where s.job_id = r.job_id)`;

/** Bytes of a result's body, for the alias `r`. They are known without loading the body. */
export const resultSize = 'coalesce(r.stream_bytes, octet_length(r.body))';

/** Columns of `RequestRow` for alias `q`, and of `ResultRow` for alias `r`. */
export const requestColumns = 'q.headers, q.options, q.metadata, q.callback';
export const resultColumns = `r.status as result_status, r.headers as result_headers, r.content_type,
  case when r.stream_bytes is null then r.body else ${streamText} end as result_body, r.truncated, r.expires_at`;
/** Columns of `ResultRow`, with an empty body in place of a longer one. */
export const resultColumnsUpTo = (
  bytes: string,
) => `r.status as result_status, r.headers as result_headers, r.content_type,
  case when ${resultSize} > ${bytes} then '' when r.stream_bytes is null then r.body else ${streamText} end as result_body,
  case when ${resultSize} > ${bytes} then ${resultSize} end as result_size, r.truncated, r.expires_at`;
/** Null columns in place of `resultColumns`, for queries that do not need the result. */
export const noResult = `null::int as result_status, null::json as result_headers, null::text as content_type,
  null::bytea as result_body, null::bool as truncated, null::timestamptz as expires_at`;
