import {
  type StepClaim,
  type StepResult,
  stepClaimInput,
  stepFinishInput,
  stepReleaseInput,
} from '#src/contract/run/run-step.ts';
import { endStep, giveStepBack, takeStep } from '#src/engine/run/run-steps.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

type Caller = { caller: { projectId: string } };
const idOf = ({ caller }: Caller, { run, key }: { run: string; key: string }) => ({
  projectId: caller.projectId,
  run,
  key,
});

/** Calls by API keys are not recorded, because apps make them all the time. */
const peopleOnly = { audit: 'people' } as const;

/** Steps of an app's runs. The client's `run(id).step(key, work)` makes these calls. */
export const stepsRouter = router({
  /** Claims a step, extends the lease of the same claim, or returns the result. */
  claim: procedure('jobs:write')
    .meta(peopleOnly)
    .input(stepClaimInput)
    .mutation(({ ctx, input }): Promise<StepClaim> => takeStep(ctx.deps, idOf(ctx, input), input)),

  /** Keeps the result of a step for a week, and returns the one that is kept. */
  finish: procedure('jobs:write')
    .meta(peopleOnly)
    .input(stepFinishInput)
    .mutation(({ ctx, input }): Promise<StepResult> => endStep(ctx.deps, idOf(ctx, input), input.result)),

  /** Gives a step back whose work has failed. */
  release: procedure('jobs:write')
    .meta(peopleOnly)
    .input(stepReleaseInput)
    .mutation(async ({ ctx, input }): Promise<{ released: true }> => {
      await giveStepBack(ctx.deps, idOf(ctx, input), input.claimId);
      return { released: true };
    }),
});
