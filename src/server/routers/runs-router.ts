import { z } from 'zod';
import { byRun, runListInput, runStartInput, turnShape } from '#src/contract/run/run-schemas.ts';
import {
  type EnteredStep,
  type RunEntry,
  type RunKept,
  runEnterInput,
  runKeepInput,
} from '#src/contract/run/run-turn.ts';
import { limits, runLimits } from '#src/domain/limits.ts';
import { enterRun, readStep } from '#src/engine/run/enter-run.ts';
import { getRun, runPage } from '#src/engine/run/read-runs.ts';
import { startRun } from '#src/engine/run/start-run.ts';
import { cancelRun } from '#src/engine/settle/cancel-run.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { submitter } from '#src/server/jobs/submit-jobs.ts';
import { keepRunSteps } from '#src/server/runs/keep-run-steps.ts';

/** Calls by API keys are not recorded, because the runs themselves are the record. */
const peopleOnly = { audit: 'people' } as const;

const stepInput = z.strictObject({ ...turnShape, key: z.string().max(runLimits.keyLength) });

/** Runs of routes made with `serve`. The client's `serve` makes the calls `enter`, `keep` and `step`. */
export const runsRouter = router({
  /** Starts a run of a route. The route is entered at once. */
  start: procedure('jobs:write')
    .meta(peopleOnly)
    .input(runStartInput)
    .mutation(({ ctx, input }) => {
      const idempotencyKey = input.idempotencyKey ?? ctx.idempotencyKey ?? undefined;
      return startRun(ctx.deps, submitter(ctx.caller), { ...input, idempotencyKey });
    }),

  /** Returns a run with its steps and turns. */
  get: procedure('jobs:read')
    .input(byRun)
    .query(({ ctx, input: { id } }) => getRun(ctx.deps, ctx.caller.projectId, id)),

  /** Lists runs, newest first. */
  list: procedure('jobs:read')
    .input(runListInput)
    .query(({ ctx, input }) => runPage(ctx.deps, ctx.caller.projectId, input)),

  /** Cancels a run and its open jobs. It is idempotent. */
  cancel: procedure('jobs:write')
    .meta(peopleOnly)
    .input(byRun)
    .mutation(({ ctx, input: { id } }) => cancelRun(ctx.deps, ctx.caller.projectId, id)),

  /** Lets the route of a turn enter the run. */
  enter: procedure('jobs:write')
    .meta(peopleOnly)
    .input(runEnterInput)
    .mutation(({ ctx, input }): Promise<RunEntry> => enterRun(ctx.deps, ctx.caller.projectId, input)),

  /** Keeps the steps that the route has come to. */
  keep: procedure('jobs:write')
    .meta({ ...peopleOnly, inputBytes: limits.batchBytes })
    .input(runKeepInput)
    .mutation(({ ctx, input }): Promise<RunKept> => keepRunSteps(ctx.deps, ctx.caller, input)),

  /** Returns a step whose result was too large for `enter`. */
  step: procedure('jobs:write')
    .meta(peopleOnly)
    .input(stepInput)
    .mutation(
      ({ ctx, input: { key, ...proof } }): Promise<EnteredStep | null> =>
        readStep(ctx.deps, ctx.caller.projectId, proof, key),
    ),
});
