import { z } from 'zod';
import { columnsInput, jobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { limits, readLimits } from '#src/domain/limits.ts';
import { exportJobs } from '#src/engine/read/export-jobs.ts';
import { getJob, loadJob } from '#src/engine/read/read-job.ts';
import { getRequestBody } from '#src/engine/read/read-job-page.ts';
import { beforeFirst, readEvents } from '#src/engine/stream/read-events.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { startExport } from '#src/server/jobs/exports-under-way.ts';
import { waitForEnd } from '#src/server/jobs/submit-jobs.ts';

const exportInput = jobFilterInput.extend({
  metadataColumns: columnsInput,
  format: z.enum(['csv', 'json']).default('csv').describe('`csv` if it is not given.'),
});
const byId = z.strictObject({ id: z.string().max(readLimits.idLength) });
const waitSeconds = z.int().min(0).max(limits.preferWaitSeconds).nullable();
const eventsInput = byId.extend({
  starting_after: z.int().min(0).optional().describe('The `id` of the last event you have. Without it, all are sent.'),
});
const neverAborted = new AbortController().signal;

/** Procedures that only REST has, because they return files and bytes instead of JSON. */
export const jobFilesRouter = router({
  /** Streams the jobs that a filter finds. A wrong filter is refused before the stream begins. */
  export: procedure('jobs:read')
    .input(exportInput)
    .query(async ({ ctx: { deps, caller }, input: { format, metadataColumns, ...filter }, signal = neverAborted }) => {
      const options = { signal, metadataColumns };
      const { jobs: found, truncated } = exportJobs(deps, caller.projectId, filter, options);
      return {
        format,
        metadataColumns: [...new Set([metadataColumns ?? []].flat())],
        parts: await startExport(caller, found, signal),
        truncated,
      };
    }),

  /** Returns the row of a job with its result, after waiting for the job's end if the caller asked for that. */
  result: procedure('jobs:read')
    .input(byId.extend({ waitSeconds }))
    .query(async ({ ctx: { deps, caller }, input: { id, waitSeconds: seconds }, signal = neverAborted }) => {
      if (seconds !== null) holdStream('waits', caller, signal);
      if (seconds !== null) await waitForEnd(deps, caller, await getJob(deps, caller.projectId, id), seconds, signal);
      return loadJob(deps, caller.projectId, id);
    }),

  /** Returns where a stream of a job's events begins. A wrong job is refused before the stream begins. */
  events: procedure('jobs:read')
    .input(eventsInput)
    .query(
      async ({ ctx: { deps, caller }, input: { id, starting_after: after = beforeFirst }, signal = neverAborted }) => {
        await readEvents(deps, caller.projectId, id, after, 1);
        holdStream('events', caller, signal);
        return { id, projectId: caller.projectId, after };
      },
    ),

  /** Returns the whole request body, masked as `redact.body` says. */
  requestBody: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => getRequestBody(ctx.deps, ctx.caller.projectId, id)),
});
