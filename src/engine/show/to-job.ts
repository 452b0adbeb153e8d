import type { Job, JobResult } from '#src/contract/job/job.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Links } from '#src/engine/deps.ts';
import type { ShownHeader } from '#src/store/job/job-options.ts';
import type { FullJobRow, JobRow } from '#src/store/job/job-row.ts';
import { bodyView } from './body-text.ts';
import { resultUrl } from './result-link.ts';

/** Options for showing a job. */
export type ViewOptions = {
  /** Time of the view. A result that had expired by then is not shown. */
  asOf: Date;
  /** Result bodies longer than this are left out and flagged, with a link. */
  maxBodyBytes?: number;
};

/**
 * Returns a job as `jobs.get`, REST and the `data` of its callback show it. The same rows give the same bytes, so a
 * callback can be made again after a crash.
 */
export function toJob(row: FullJobRow, options: ViewOptions, deps: Links): Job {
  const expired = row.result_expires_at !== null && row.result_expires_at <= options.asOf;
  return {
    id: formatId('job', row.id),
    state: row.state,
    waitReason: row.wait_reason,
    method: row.method,
    url: row.url,
    headers: headerRecord(row.headers),
    labels: row.labels,
    metadata: row.metadata ?? null,
    attempts: row.attempt_count,
    maxAttempts: row.max_attempts,
    createdAt: row.created_at.toISOString(),
    runAt: iso(row.run_at),
    deadlineAt: iso(row.deadline_at),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    nextAttemptAt: iso(row.next_attempt_at),
    result: expired ? null : resultView(row, options, deps),
    resultExpiredAt: expired ? iso(row.result_expires_at) : null,
    ...jobErrors(row),
    callback: row.callback && {
      url: row.callback.url,
      endpoint: row.callback.endpoint?.name ?? null,
      events: row.callback.events,
      headers: row.callback.headers,
      payload: row.callback.payload ?? 'full',
    },
    idempotencyKey: row.idempotency_key,
    rerunOf: row.rerun_of === null ? null : formatId('job', row.rerun_of),
    priority: row.priority,
    flow: row.options.flow ?? null,
    run: row.run_id === null ? null : formatId('run', row.run_id),
    upstream: row.options.upstream ?? null,
  };
}

/** Returns the error of a failed job, or why the last attempt failed while the job goes on. One column has both. */
export function jobErrors({ state, error }: Pick<JobRow, 'state' | 'error'>): Pick<Job, 'error' | 'lastFailure'> {
  if (!error) return { error: null, lastFailure: null };
  if (isTerminal(state)) return { error, lastFailure: null };
  return { error: null, lastFailure: { code: error.code, message: error.message } };
}

function resultView(row: FullJobRow, options: ViewOptions, deps: Links): JobResult | null {
  if (row.result_body === null || row.result_status === null) return null;
  const size = row.result_size ?? row.result_body.byteLength;
  const omitted = options.maxBodyBytes !== undefined && size > options.maxBodyBytes;
  return {
    status: row.result_status,
    headers: headerRecord(row.result_headers),
    contentType: row.content_type,
    ...(omitted ? ({ body: null, encoding: 'utf8' } as const) : bodyView(row.result_body, row.content_type)),
    size,
    truncated: row.truncated,
    omitted,
    url: resultUrl(row.id, row.expires_at, deps),
    expiresAt: row.expires_at.toISOString(),
  };
}

/** Returns headers as an object. Repeated fields are joined by `, ` as RFC 9110 §5.3 allows. */
export function headerRecord(headers: readonly ShownHeader[]): Record<string, string> {
  const record = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = record.get(name);
    record.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  // A header may be named `__proto__`. An assignment would set the prototype instead of a header.
  return Object.fromEntries(record);
}

/** Returns a date as ISO 8601 text in UTC; null stays null. */
export function iso(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
