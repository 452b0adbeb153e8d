import { z } from 'zod';
import type { Job } from '#src/contract/job/job.ts';
import type { ErrorBody } from '#src/contract/shape/error-code.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { runLimits } from '#src/domain/limits.ts';
import { turnShape } from './run-schemas.ts';
import type { StepKind } from './run-view.ts';

/** A step as the route sees it. */
export type EnteredStep = {
  key: string;
  kind: StepKind;
  /** Place among the ends that the route was told of; null: the step goes on. */
  seq: number | null;
  /** JSON of the app's own work or of a callback; null for undefined, and for a callback that did not come in time. */
  result: string | null;
  jobId: string | null;
  /** Method and URL of a request, without its query: another request under the same key is a mistake. */
  request: string | null;
  /** The ended job of a request; null while it goes on, or when its result is large: the route then asks for it. */
  job: Job | null;
};

/** Answer of `runs.enter`. `stale`: the token is not that of the run's present turn, and the route must do nothing. */
export type RunEntry =
  | { state: 'stale' }
  | {
      state: 'entered';
      /** JSON. */
      payload: string;
      /** Retries that this turn has used up because the handler threw an error. */
      thrown: number;
      /** Beginning of the run's callback URLs, and the key that their ends are made with. */
      callbackUrl: string;
      callbackSecret: string;
      steps: EnteredStep[];
    };

/** A kept step, or why it was refused. */
export type KeptStep = { ok: true; step: EnteredStep } | { ok: false; error: ErrorBody };

/** Answer of `runs.keep`, in the order of the steps. */
export type RunKept = { state: 'stale' } | { state: 'kept'; steps: KeptStep[] };

/** Input of `runs.enter`. */
export const runEnterInput = z.strictObject(turnShape);

const named = { key: storableText(runLimits.keyLength).min(1), n: z.int().min(0).max(runLimits.steps) };

const stepInput = z.discriminatedUnion('kind', [
  z.strictObject({ ...named, kind: z.literal('request'), job: z.unknown() }),
  z.strictObject({ ...named, kind: z.literal('sleep'), duration: z.union([z.number(), z.string()]) }),
  z.strictObject({
    ...named,
    kind: z.literal('callback'),
    timeout: z.union([z.number(), z.string()]).nullable(),
  }),
  z.strictObject({ ...named, kind: z.literal('step'), result: storableText(runLimits.resultBytes).nullable() }),
]);

/** A step that the route has come to: a request to submit, a sleep, a callback to wait for, or work that it has done. */
export type StepInput = z.infer<typeof stepInput>;

/** Input of `runs.keep`. */
export const runKeepInput = z.strictObject({ ...turnShape, steps: z.array(stepInput).max(runLimits.stepsAtOnce) });
export type RunKeepInput = z.infer<typeof runKeepInput>;
