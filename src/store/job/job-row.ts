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
  error: JobError | null;
  result_expires_at: Date | null;
  idempotency_key: string | null;
  rerun_of: string | null;
};

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
  /** Of a body that was left where it is, since nobody is to see it: how long it is. */
  result_size?: number | null;
  truncated: boolean;
  expires_at: Date;
};

/** A job with all that its view needs; the result's fields are null when none is kept. */
export type FullJobRow = JobRow & RequestRow & (ResultRow | { [K in keyof ResultRow]: null });

/**
 * A job's state, for a table alias `j`: one whose time has come is queued, though nothing was written when it came. By the
 * database's clock for all readers, or one who waits for a change would be told of it and then not see it.
 */
export const jobState = `case when j.state = 'scheduled' and j.next_attempt_at <= now() then 'queued' else j.state end`;

/** The columns of `JobRow`, for a table alias `j`. */
export const jobColumns = `j.id, j.project_id, ${jobState} as state, j.wait_reason, j.method, j.url, j.host, j.labels, j.attempt_count,
  j.interruption_count, j.max_attempts, j.retries, j.recent, j.created_at, j.run_at, j.deadline_at, j.started_at, j.ended_at,
  j.next_attempt_at, j.claim_id, j.claimed_by, j.claimed_at, j.status, j.error, j.result_expires_at, j.idempotency_key, j.rerun_of`;

/** The columns of `RequestRow` for alias `q`, and of `ResultRow` for alias `r`. */
export const requestColumns = 'q.headers, q.options, q.metadata, q.callback';
export const resultColumns = `r.status as result_status, r.headers as result_headers, r.content_type, r.body as result_body,
  r.truncated, r.expires_at`;
/** The same with an empty body in place of one that is longer. */
export const resultColumnsUpTo = (
  bytes: string,
) => `r.status as result_status, r.headers as result_headers, r.content_type,
  case when octet_length(r.body) > ${bytes} then '' else r.body end as result_body,
  case when octet_length(r.body) > ${bytes} then octet_length(r.body) end as result_size, r.truncated, r.expires_at`;
/** In place of `resultColumns`, where nobody asks for the result. */
export const noResult = `null::int as result_status, null::json as result_headers, null::text as content_type,
  null::bytea as result_body, null::bool as truncated, null::timestamptz as expires_at`;
