import { Refusal } from '#src/contract/shape/error-code.ts';
import { fitBudget } from '#src/domain/fit-budget.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Logs, Queues, RoutesInside, Seals, UpstreamsInside, Wakes } from '#src/engine/deps.ts';
import { prepareJob } from '#src/engine/submit/prepare-job.ts';
import { gatewayOf, originalSpec } from '#src/engine/submit/rerun.ts';
import { namedUpstreams, ofUpstream } from '#src/engine/submit/rerun-upstream.ts';
import { storeJobs } from '#src/engine/submit/submit.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { findBodySizes, findRequestSecrets, findRequests, type RequestSecretsRow } from '#src/store/job/read-jobs.ts';
import type { OperationRow } from '#src/store/operation/operation-rows.ts';
import type { UpstreamRow } from '#src/store/upstream/upstream-rows.ts';
import type { Dealt, Part } from './cancel-many.ts';

/** Maximum bytes of request bodies in one transaction. A larger body goes alone. */
const batchBytes = 4_194_304;

/**
 * Runs jobs again for an operation, inside its transaction. Only the first jobs whose bodies fit into the byte limit
 * are processed.
 */
export async function rerunMany(
  tx: Tx,
  deps: Seals & Queues & Wakes & RoutesInside & UpstreamsInside & Guards & Clock & Logs,
  part: Part,
): Promise<Dealt> {
  const sizes = await findBodySizes(tx, part.jobIds);
  const ids = part.jobIds.slice(
    0,
    fitBudget(part.jobIds, batchBytes, (id) => sizes.get(id) ?? 0),
  );
  const jobs = new Map((await findRequests(tx, part.row.project_id, ids)).map((job) => [job.id, job]));
  const secrets = new Map((await findRequestSecrets(tx, [...jobs.keys()])).map((stored) => [stored.job_id, stored]));
  const receivers = await deps.receivers.inside(tx).of(part.row.project_id);
  const named = [...jobs.values()].flatMap((job) => namedUpstreams(job));
  const upstreams = named.length === 0 ? [] : await deps.upstreams.inside(tx).of(part.row.project_id, named);
  const made: NewJob[] = [];
  const errors: Dealt['errors'] = [];
  for (const jobId of ids) {
    const again = runAgain(deps, { row: part.row, receivers, upstreams }, jobId, jobs.get(jobId), secrets.get(jobId));
    if (again instanceof Refusal) errors.push({ jobId, refusal: again });
    else made.push(again);
  }
  const answers = made.length === 0 ? [] : await storeJobs(tx, made, deps, 'all');
  const done = made.filter(({ rerunOf }, index) => {
    const answer = answers[index];
    if (answer === undefined || !('refusal' in answer)) return true;
    errors.push({ jobId: rerunOf ?? '', refusal: answer.refusal });
    return false;
  });
  return { done: done.map(({ id }) => id), errors, ids, after: () => deps.notify('due') };
}

/** What the jobs of an operation may name. */
type Known = { row: OperationRow; receivers: readonly ReceiverRow[]; upstreams: readonly UpstreamRow[] };

/**
 * Returns the new job for a job, or a refusal. No error is thrown, so one job that cannot be run again does not stop
 * the others.
 */
function runAgain(
  deps: Seals & Guards & Clock & Logs,
  { row, receivers, upstreams }: Known,
  jobId: string,
  job: FullJobRow | undefined,
  stored: RequestSecretsRow | undefined,
): NewJob | Refusal {
  const id = formatId('job', jobId);
  if (!job) return new Refusal('not_found', `there is no job ${id}`, 'id');
  try {
    const submitter = { projectId: row.project_id, apiKeyId: parseId('key', row.created_by) };
    const spec = ofUpstream(originalSpec(job, stored, deps), job, upstreams, false);
    return prepareJob(spec, submitter, deps, { rerunOf: jobId, receivers, ...gatewayOf(job, stored) });
  } catch (error) {
    if (error instanceof Refusal) return error;
    deps.log.warn({ err: error, jobId: id }, 'a job could not be run again');
    return new Refusal('internal', `${id} could not be read; the reason was logged`);
  }
}
