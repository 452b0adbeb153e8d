import type { BulkInput } from '#src/contract/job/bulk.ts';
import { jobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { defaultPerSecond, type JobOperationKind, type Operation } from '#src/contract/job/operation.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal, type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import type { Clock, Guards, Links, Logs, Queues, Reads, Routes, UpstreamsInside, Wakes } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import { filterId, jobFilter } from '#src/engine/read/job-filter.ts';
import { type JobFilter, noJobFilter } from '#src/store/job/job-filter-parts.ts';
import { countJobs, listJobs } from '#src/store/job/list-jobs.ts';
import type { OperationRow, RunningOperationRow } from '#src/store/operation/operation-rows.ts';
import { totalOf } from '#src/store/search/search.ts';
import { cancelMany } from './cancel-many.ts';
import { rerunMany } from './rerun-many.ts';
import { insertRunning, type Starter, type Total, withTotal } from './start-operation.ts';
import { type NextItems, nextPicked, stepSelection } from './step-selection.ts';
import { jobsInputOf, type StoredJobsInput } from './stored-operation.ts';
import { toOperation } from './to-operation.ts';

/**
 * Number of jobs in one transaction. It is lower for reruns, because each of these jobs is read and sealed by itself.
 */
const batch: Record<JobOperationKind, number> = { cancel_jobs: 500, rerun_jobs: 100 };

/**
 * Starts an operation that cancels jobs or runs them again. If the same operation is running already, that one is
 * returned. Throws `invalid_input` for a bad id, or a filter without any condition.
 */
export async function startJobOperation(
  deps: Reads & Clock & Logs,
  kind: JobOperationKind,
  starter: Starter,
  given: BulkInput,
): Promise<Operation> {
  const { projectId, createdBy } = starter;
  const input: StoredJobsInput = {
    jobs: checkedSelection(projectId, given.jobs),
    perSecond: given.perSecond ?? defaultPerSecond,
  };
  const wanted = { projectId, kind, input: JSON.stringify(input), id: newId(deps.now()), createdBy };
  const started = await deps.db.transaction((tx) => insertRunning(tx, wanted));
  const { row } = started;
  return toOperation(started.isNew ? await withTotal(deps, row, () => countOf(deps, row)) : row);
}

/**
 * Returns the selection in one form, so that equal selections have equal texts. Throws `invalid_input` for a bad id, or
 * for a filter that would select all jobs.
 */
function checkedSelection(projectId: string, { ids, filter }: BulkInput['jobs']): StoredJobsInput['jobs'] {
  if (ids !== undefined) {
    for (const [index, id] of ids.entries()) filterId('job', `jobs.ids.${index}`, id);
    return { ids: [...new Set(ids)].sort() };
  }
  const effective = jobFilter(projectId, filter);
  const asks = (Object.keys(noJobFilter) as (keyof typeof noJobFilter)[]).some((name) =>
    name === 'states' ? effective.states.length > 0 : effective[name] !== null,
  );
  if (!asks) throw new Refusal('invalid_input', 'the filter must not be empty', 'jobs.filter');
  return { filter: jobFilterInput.parse(filter) };
}

async function countOf(deps: Reads, row: OperationRow): Promise<Total> {
  const { ids } = jobsInputOf(row).jobs;
  if (ids !== undefined) return { total: ids.length, capped: false };
  const filter = filterOf(row);
  if (filter === null) return { total: 0, capped: false };
  const { counts, all } = await countJobs(deps.db, filter, readLimits.countedRows);
  const shown = filter.states.map((state) => counts.get(state) ?? 0);
  return { total: totalOf(counts), capped: !all || shown.some((count) => count > readLimits.countedRows) };
}

/**
 * Returns the filter of an operation's jobs; null if no job can match. Jobs created after the operation began are left
 * out, as are, for a rerun, jobs that ended after that.
 */
function filterOf(row: OperationRow): JobFilter | null {
  const given = jobFilter(row.project_id, jobsInputOf(row).jobs.filter ?? {});
  const isOpen = (state: JobState) => !isTerminal(state);
  const possible = jobStates.filter((state) => isOpen(state) === (row.kind === 'cancel_jobs'));
  const states = possible.filter((state) => given.states.length === 0 || given.states.includes(state));
  if (states.length === 0) return null;
  const startedAt = row.created_at;
  return {
    ...given,
    states,
    to: given.to && given.to < startedAt ? given.to : startedAt,
    endedBefore: row.kind === 'rerun_jobs' ? startedAt : null,
  };
}

/**
 * Returns the next jobs in id order. A search reads a limited number of rows, so it may find no job and still return a
 * cursor to go on from.
 */
async function nextJobs(deps: Reads, row: OperationRow, limit: number): Promise<NextItems> {
  const { ids } = jobsInputOf(row).jobs;
  if (ids !== undefined) return nextPicked('job', ids, { cursor: row.cursor, limit });
  const filter = filterOf(row);
  if (filter === null) return { ids: [], cursor: null, isLast: true };
  const page = { limit, beforeId: null, afterId: row.cursor, direction: 'newer' } as const;
  const { rows, end } = await listJobs(deps.db, filter, page, { columns: 't.id, t.created_at' });
  const found = rows.map((job) => job.id);
  return { ids: found, cursor: end?.id ?? found.at(-1) ?? null, isLast: rows.length < limit && end === null };
}

/** Does a step of an operation on jobs. Returns the number of jobs processed. */
export function stepJobOperation(
  deps: Reads & Links & Queues & Wakes & Routes & UpstreamsInside & Guards & Clock & Logs,
  row: RunningOperationRow,
): Promise<number> {
  const kind = row.kind as JobOperationKind;
  const act = kind === 'cancel_jobs' ? cancelMany : rerunMany;
  return stepSelection(deps, row, {
    prefix: 'job',
    perSecond: jobsInputOf(row).perSecond,
    batch: batch[kind],
    next: (current, limit) => nextJobs(deps, current, limit),
    act: async (tx, ids) => {
      const { errors, ...dealt } = await act(tx, deps, { row, jobIds: ids });
      return { ...dealt, errors: errors.map(({ jobId, refusal }) => ({ id: jobId, refusal })) };
    },
  });
}
