import type { Run, RunDetail, RunLine, RunStepView, RunSummary, RunTurn } from '#src/contract/run/run-view.ts';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import { formatId } from '#src/domain/text/id.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { RunLineRow } from '#src/store/run/list-runs.ts';
import type { RunJobRow } from '#src/store/run/run-job-rows.ts';
import type { RunPartRow } from '#src/store/run/run-part-rows.ts';
import type { RunRow } from '#src/store/run/run-rows.ts';
import type { RunTallyRow } from '#src/store/run/run-tally-rows.ts';

/** Returns a run without what it was given and made. */
export function toRunSummary(row: RunLineRow): RunSummary {
  return {
    id: formatId('run', row.id),
    name: row.name,
    url: row.url,
    state: row.state,
    labels: row.labels,
    turn: row.turn,
    error: row.error,
    wakeAt: iso(row.wake_at),
    idempotencyKey: row.idempotency_key,
    createdAt: row.created_at.toISOString(),
    endedAt: iso(row.ended_at),
  };
}

/** Returns a run for a list. `tally` counts its steps; a run without steps has none. */
export function toRunLine(row: RunLineRow, tally: RunTallyRow | undefined): RunLine {
  const { steps = 0, requests = 0, callbacks = 0, sleeps = 0 } = tally ?? {};
  return { ...toRunSummary(row), steps, waitsFor: row.state === 'waiting' ? { requests, callbacks, sleeps } : null };
}

/** Returns a run. */
export function toRun(row: RunRow): Run {
  return {
    ...toRunSummary(row),
    payload: parsedOf(row.payload),
    result: parsedOf(row.result),
    expiresAt: iso(row.expires_at),
  };
}

/** Returns a run with its steps and turns. Every job of the run that is no step's is a turn. */
export function toRunDetail(row: RunRow, parts: readonly RunPartRow[], jobs: readonly RunJobRow[]): RunDetail {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const ofSteps = new Set(parts.map((part) => part.job_id));
  const turns = jobs.filter((job) => job.run_id === row.id && !ofSteps.has(job.id));
  return {
    ...toRun(row),
    steps: parts.map((part) => toStep(part, part.job_id === null ? undefined : byId.get(part.job_id))),
    turns: turns.map(toTurn),
  };
}

function toStep(part: RunPartRow, job: RunJobRow | undefined): RunStepView {
  return {
    key: part.key,
    kind: part.kind,
    state: stateOf(part, job),
    jobId: part.job_id === null ? null : formatId('job', part.job_id),
    jobState: job?.state ?? null,
    method: job?.method ?? null,
    url: job?.url ?? null,
    status: job?.status ?? null,
    attempts: job?.attempt_count ?? null,
    createdAt: part.created_at.toISOString(),
    startedAt: iso(job?.started_at ?? null),
    dueAt: iso(part.due_at),
    endedAt: iso(part.kind === 'request' ? (job?.ended_at ?? null) : part.ended_at),
  };
}

function stateOf(part: RunPartRow, job: RunJobRow | undefined): RunStepView['state'] {
  if (part.kind === 'request') {
    if (job?.state === 'completed') return 'done';
    return job?.state === 'failed' || job?.state === 'cancelled' ? 'failed' : 'pending';
  }
  if (part.ended_at === null) return 'pending';
  const isLate = part.kind === 'callback' && part.due_at !== null && part.ended_at >= part.due_at;
  return isLate ? 'timed_out' : 'done';
}

function toTurn(job: RunJobRow, index: number): RunTurn {
  return {
    number: index + 1,
    jobId: formatId('job', job.id),
    state: job.state,
    attempts: job.attempt_count,
    createdAt: job.created_at.toISOString(),
    startedAt: iso(job.started_at),
    endedAt: iso(job.ended_at),
  };
}

function parsedOf(json: string | null): JsonValue {
  return json === null ? null : (JSON.parse(json) as JsonValue);
}
