import type { RunKeepInput, RunKept } from '#src/contract/run/run-turn.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import { keepSteps, type SubmitStep } from '#src/engine/run/keep-steps.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { asRefusal } from '#src/server/call/refusals.ts';
import { storeJob } from '#src/server/jobs/submit-jobs.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/** Keeps the steps that a route has come to. Its requests are checked and stored as those of `jobs.submit` are. */
export function keepRunSteps(deps: ServerDeps, actor: Actor, { steps, ...proof }: RunKeepInput): Promise<RunKept> {
  const submit: SubmitStep = async (job, idempotencyKey, run) => {
    try {
      const spec = parseSubmit(job);
      if (spec.idempotencyKey !== null) {
        const message = 'a request of a run has a key of its own; leave out `idempotencyKey`';
        throw new Refusal('invalid_input', message, 'idempotencyKey');
      }
      await storeJob(deps, actor, { ...spec, idempotencyKey }, { run });
    } catch (error) {
      throw asRefusal(error);
    }
  };
  return keepSteps(deps, actor.projectId, proof, steps, submit);
}
