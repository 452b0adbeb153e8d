import { Refusal } from '#src/contract/error-code.ts';
import type { Job, JobAttempts, JobPage, JobSummary } from '#src/contract/job.ts';
import type { ListInput } from '#src/contract/list.ts';
import { formatId, parseId } from '#src/domain/id.ts';
import type { OutcomeKind } from '#src/domain/outcome.ts';
import type { FullJobRow, JobRow } from '#src/store/job-row.ts';
import { listJobs } from '#src/store/list-jobs.ts';
import { findAttempts, findDeliveries } from '#src/store/read-attempts.ts';
import { findJobs } from '#src/store/read-jobs.ts';
import { attemptView } from './attempt-view.ts';
import type { EngineDeps } from './deps.ts';
import { iso, jobView } from './job-view.ts';
import { unpackPolicy } from './stored-policy.ts';

type ReadDeps = Pick<EngineDeps, 'db' | 'publicUrl' | 'cipher' | 'now'>;

/** The UUID of a job id, or the refusal that an id of another form is none of ours. */
export function jobUuid(id: string): string {
  const uuid = parseId('job', id);
  if (uuid === null) throw new Refusal('not_found', `there is no job "${id.slice(0, 64)}"`, 'id');
  return uuid;
}

/** A job's rows, or `not_found`: also for a job of another project. */
export async function loadJob(deps: ReadDeps, projectId: string, id: string): Promise<FullJobRow> {
  const [row] = await findJobs(deps.db, projectId, [jobUuid(id)]);
  if (!row) throw new Refusal('not_found', `there is no job ${id}`, 'id');
  return row;
}

export async function getJob(deps: ReadDeps, projectId: string, id: string): Promise<Job> {
  return jobView(await loadJob(deps, projectId, id), { asOf: new Date(deps.now()) }, deps);
}

/** Those of the jobs that exist, in the order asked for. */
export async function getJobs(deps: ReadDeps, projectId: string, ids: string[]): Promise<Job[]> {
  const uuids = ids.map((id) => parseId('job', id)).filter((id) => id !== null);
  const rows = new Map((await findJobs(deps.db, projectId, uuids)).map((row) => [row.id, row]));
  const view = { asOf: new Date(deps.now()) };
  return uuids.flatMap((id) => {
    const row = rows.get(id);
    return row ? [jobView(row, view, deps)] : [];
  });
}

export async function listPage(deps: ReadDeps, projectId: string, input: ListInput): Promise<JobPage> {
  const limit = input.limit ?? 20;
  const asId = input.text === undefined ? null : parseId('job', input.text.trim());
  const rows = await listJobs(deps.db, {
    projectId,
    limit: limit + 1,
    beforeId: input.cursor === undefined ? null : cursorId(input.cursor),
    id: asId,
    states: input.state === undefined ? [] : [input.state].flat(),
    label: input.label ?? null,
    host: input.host?.toLowerCase() ?? null,
    statusRange: statusRange(input.status),
    from: input.from === undefined ? null : new Date(input.from),
    to: input.to === undefined ? null : new Date(input.to),
    urlPart: asId === null ? (input.text ?? null) : null,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const asOf = new Date(deps.now());
  return {
    jobs: page.map((row) => summary(row, asOf)),
    nextCursor: rows.length > limit && last ? formatId('job', last.id) : null,
  };
}

function cursorId(cursor: string): string {
  const id = parseId('job', cursor);
  if (id === null) throw new Refusal('invalid_input', 'cursor must be the nextCursor of an earlier page', 'cursor');
  return id;
}

function statusRange(status: ListInput['status']): [number, number] | null {
  if (status === undefined) return null;
  const text = String(status);
  const first = Number(text[0]) * 100;
  return text.endsWith('xx') ? [first, first + 99] : [Number(text), Number(text)];
}

function summary(row: JobRow, asOf: Date): JobSummary {
  const expired = row.result_expires_at !== null && row.result_expires_at <= asOf;
  return {
    id: formatId('job', row.id),
    state: row.state,
    waitReason: row.wait_reason,
    method: row.method,
    url: row.url,
    labels: row.labels,
    attempts: row.attempt_count,
    maxAttempts: row.max_attempts,
    createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    nextAttemptAt: iso(row.next_attempt_at),
    error: row.error ?? null,
    rerunOf: row.rerun_of === null ? null : formatId('job', row.rerun_of),
    status: row.status,
    resultExpiresAt: expired ? null : iso(row.result_expires_at),
    resultExpiredAt: expired ? iso(row.result_expires_at) : null,
    recentAttempts: row.recent.split(',').filter(Boolean).map(recentAttempt),
  };
}

function recentAttempt(word: string): { outcome: OutcomeKind; status: number | null } {
  const [outcome, status] = word.split(':');
  return { outcome: outcome as OutcomeKind, status: status === undefined ? null : Number(status) };
}

/** Both lanes of a job's history, and the policy that decided. */
export async function getAttempts(deps: ReadDeps, projectId: string, id: string): Promise<JobAttempts> {
  const job = await loadJob(deps, projectId, id);
  const deliveries = await findDeliveries(deps.db, job.id);
  const attempts = Map.groupBy(
    await findAttempts(deps.db, [job.id, ...deliveries.map((d) => d.id)]),
    (row) => row.owner_id,
  );
  return {
    attempts: (attempts.get(job.id) ?? []).map(attemptView),
    deliveries: deliveries.map((row) => ({
      id: formatId('dlv', row.id),
      eventId: formatId('evt', row.event_id),
      type: row.type,
      state: row.state,
      url: row.url,
      attempts: row.attempt_count,
      nextAttemptAt: iso(row.next_attempt_at),
      createdAt: row.created_at.toISOString(),
      endedAt: iso(row.ended_at),
      tries: (attempts.get(row.id) ?? []).map(attemptView),
    })),
    policy: unpackPolicy(job.options.policy),
  };
}
