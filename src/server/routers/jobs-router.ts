import { z } from 'zod';
import { bulkInput } from '#src/contract/job/bulk.ts';
import { countsInput, listInput, newerCountInput } from '#src/contract/job/job-filter-input.ts';
import { knownValuesInput } from '#src/contract/job/known-values.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { SubmitManyInput } from '#src/contract/submit/batch.ts';
import { submitManySchema } from '#src/contract/submit/batch-schemas.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import { rerunEditsSchema } from '#src/contract/submit/rerun-schema.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { submitSchema } from '#src/contract/submit/submit-schema.ts';
import type { SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { limits, readLimits } from '#src/domain/limits.ts';
import { startJobOperation } from '#src/engine/operate/job-operation.ts';
import { jobCounts, jobPage, newerCount } from '#src/engine/read/job-list.ts';
import { knownValues } from '#src/engine/read/offer-values.ts';
import { getAttempts, getJob, getJobs, loadJob } from '#src/engine/read/read-job.ts';
import { getAttempt, getBodyStart, readJobPage } from '#src/engine/read/read-job-page.ts';
import { cancelJob } from '#src/engine/settle/cancel.ts';
import { tryJobNow } from '#src/engine/settle/try-job.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import { rerunJob } from '#src/engine/submit/rerun.ts';
import { input, procedure, router } from '#src/server/call/procedure.ts';
import { withParsed, withWritten } from '#src/server/http/lifted-json.ts';
import { starter } from '#src/server/jobs/starter.ts';
import {
  batchOf,
  followJob,
  keyedEdits,
  readEdits,
  submitBatch,
  submitOne,
  submitter,
} from '#src/server/jobs/submit-jobs.ts';

const byId = z.strictObject({ id: z.string().max(readLimits.idLength) });
const byNumber = z.strictObject({ id: z.string().max(readLimits.idLength), number: z.int().min(1) });
const byIds = z.strictObject({ ids: z.array(z.string().max(readLimits.idLength)).max(readLimits.idsAtOnce) });

/** Calls by API keys are not recorded, because the jobs themselves are the record. */
const peopleOnly = { audit: 'people' } as const;

type RerunInput = { id: string; edits?: RerunEdits | undefined };
const rerunInput = byId.extend({ edits: z.unknown().optional() });

function parseRerun(raw: unknown): { id: string; edits: RerunEdits } {
  const { id, edits } = rerunInput.parse(withParsed(raw));
  return { id, edits: readEdits(edits === undefined ? {} : edits) };
}

export const jobsRouter = router({
  /** Stores a job and returns it. The work begins at once. */
  submit: procedure('jobs:write')
    .meta({ ...peopleOnly, inputBytes: limits.jobInputBytes })
    .input(input<SubmitInput, SubmitSpec>((raw) => parseSubmit(withWritten(raw)), submitSchema))
    .mutation(({ ctx, input: spec }) => submitOne(ctx.deps, ctx.caller, spec, ctx.idempotencyKey)),

  /** Stores up to 1,000 jobs. An invalid job fails without the others. */
  submitMany: procedure('jobs:write')
    .meta({ ...peopleOnly, inputBytes: limits.batchBytes })
    .input(input<SubmitManyInput, unknown[]>((raw) => batchOf(withWritten(raw)), submitManySchema))
    .mutation(({ ctx, input: jobs }) => {
      if (ctx.idempotencyKey !== null)
        throw new Refusal(
          'invalid_input',
          'the Idempotency-Key header goes with a single job; give each job its own idempotencyKey',
        );
      return submitBatch(ctx.deps, ctx.caller, jobs);
    }),

  get: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => getJob(ctx.deps, ctx.caller.projectId, id)),

  /** Returns the jobs that exist, in the order of the ids. */
  getMany: procedure('jobs:read')
    .input(byIds)
    .query(async ({ ctx, input: { ids } }) => ({ jobs: await getJobs(ctx.deps, ctx.caller.projectId, ids) })),

  list: procedure('jobs:read')
    .input(listInput)
    .query(({ ctx, input: filter }) => jobPage(ctx.deps, ctx.caller.projectId, filter)),

  /** Counts the jobs that a filter finds, by state and in total. */
  counts: procedure('jobs:read')
    .input(countsInput)
    .query(({ ctx, input: filter }) => jobCounts(ctx.deps, ctx.caller.projectId, filter)),

  /**
   * Counts the jobs that were added since, for a list that is not refreshed. It is cheap enough to be called all the
   * time.
   */
  newerCount: procedure('jobs:read')
    .input(newerCountInput)
    .query(({ ctx, input: { filter, than } }) => newerCount(ctx.deps, ctx.caller.projectId, { filter, than })),

  /** Returns values that jobs have, to be offered where a filter is typed. */
  knownValues: procedure('jobs:read')
    .input(knownValuesInput)
    .query(({ ctx, input: of }) => knownValues(ctx.deps, ctx.caller.projectId, of)),

  attempts: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => getAttempts(ctx.deps, ctx.caller.projectId, id)),

  /** Returns the data that a job's page shows first. Every body is cut to its beginning. */
  view: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => readJobPage(ctx.deps, ctx.caller.projectId, id)),

  /** Returns one attempt of a job, or of one of its deliveries, with its response. */
  attempt: procedure('jobs:read')
    .input(byNumber)
    .query(({ ctx, input: { id, number } }) => getAttempt(ctx.deps, ctx.caller.projectId, id, number)),

  /** Returns the beginning of the request body, masked as `redact.body` demands. */
  body: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => getBodyStart(ctx.deps, ctx.caller.projectId, id)),

  /** Cancels a job and aborts its running request. It is idempotent. */
  cancel: procedure('jobs:write')
    .meta(peopleOnly)
    .input(byId)
    .mutation(({ ctx, input: { id } }) => cancelJob(ctx.deps, ctx.caller.projectId, jobUuid(id))),

  /** Makes the next attempt of a job now that is scheduled or waits for its retry. */
  tryNow: procedure('jobs:write')
    .meta(peopleOnly)
    .input(byId)
    .mutation(({ ctx, input: { id } }) => tryJobNow(ctx.deps, ctx.caller.projectId, id)),

  /** Makes a new job from an ended one, with or without edits. */
  rerun: procedure('jobs:write')
    .meta({ ...peopleOnly, inputBytes: limits.jobInputBytes })
    .input(
      input<RerunInput, { id: string; edits: RerunEdits }>(
        parseRerun,
        byId.extend({ edits: rerunEditsSchema.optional() }),
      ),
    )
    .mutation(({ ctx, input: { id, edits } }) =>
      rerunJob(ctx.deps, ctx.deps.submit, submitter(ctx.caller), id, keyedEdits(edits, ctx.idempotencyKey)),
    ),

  /** Cancels the picked jobs, or all jobs that a filter finds, in the background. */
  cancelMany: procedure('jobs:write')
    .input(bulkInput)
    .mutation(({ ctx, input }) => startJobOperation(ctx.deps, 'cancel_jobs', starter(ctx.caller), input)),

  /** Runs the picked jobs again, or all jobs that a filter finds, in the background. */
  rerunMany: procedure('jobs:write')
    .input(bulkInput)
    .mutation(({ ctx, input }) => startJobOperation(ctx.deps, 'rerun_jobs', starter(ctx.caller), input)),

  /** Sends the job now and after every change, until it has ended. */
  wait: procedure('jobs:read')
    .input(byId)
    .subscription(async ({ ctx, input: { id }, signal }) => {
      // The job is first read here, outside the stream. A client would take a refusal inside the stream for a temporary
      // failure.
      await loadJob(ctx.deps, ctx.caller.projectId, id);
      return followJob(ctx.deps, ctx.caller, id, signal);
    }),
});
